"""The plan of an episode: which passages, in which parts, so that it lasts as long as asked.

The plan is fitted by writing the whole episode, measuring it and asking for more or less, up to
seven times: the dialogue is cheap, and only the finished lines say how long it sounds.
"""

from dataclasses import dataclass, field
from itertools import takewhile

from agents.aims.text.errors import TooLittleText
from agents.aims.text.grounded.closing import sums_up
from agents.aims.text.grounded.document import Document, read_document
from agents.aims.text.grounded.grouping import CLOSING_WORDS, Run, group_runs
from agents.aims.text.grounded.labels import label_parts
from agents.aims.text.grounded.score import score_sentences, vectors
from agents.aims.text.grounded.script import episode_seconds, subject_of, write_part
from agents.aims.text.grounded.select import FREE_FROM, choose_freely, choose_runs
from agents.aims.text.grounded.timing import REFERENCE_PACE
from agents.aims.text.grounded.traits import read_traits
from agents.aims.text.grounded.words import capitalise, count_words
from agents.aims.text.request import Source
from agents.aims.text.tasks import (
    Outline,
    OutlineParameters,
    OutlinePart,
    Part,
    PartParameters,
    Span,
)

FACT_SHARE = 0.74
ROUNDS = 7
CLOSE_ENOUGH = 0.02
LEAST_SECONDS = 15.0
LEAST_SHARE = 8.0
TOLD, TOLD_WORTH = 0.3, 0.35
SHORT_OF = 0.9
LEAD_WORDS = 30
WEAK = 0.3
SUMMING, BROKEN_OFF = 1.5, 1.0


@dataclass
class Material:
    """The documents of an episode, their scores, and what to tell in any case."""

    documents: list[Document]
    worth: list[list[float]]
    wanted: list[set[int]] = field(default_factory=list)


def plan_episode(sources: list[Source], parameters: OutlineParameters) -> Outline:
    """Plan an episode.

    Raises:
        TooLittleText: the sources hold less than 15 seconds of usable prose.
    """
    material = read_material(sources, parameters.topic)
    target = parameters.minutes * 60
    budget, pace = target * FACT_SHARE, REFERENCE_PACE / parameters.words_per_minute
    drafts: list[Outline] = []
    tried: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        drafts.append(draft(material, sources, parameters, budget))
        seconds = drafts[-1].estimated_seconds
        if abs(seconds - target) <= CLOSE_ENOUGH * target:
            break
        if seconds < target and is_all_told(material, drafts, budget, pace):
            break
        tried.append((budget, seconds))
        budget = next_budget(tried, target)
    best = min(drafts, key=lambda outline: abs(outline.estimated_seconds - target))
    return best.model_copy(update={"shortened": best.estimated_seconds < SHORT_OF * target})


def is_all_told(material: Material, drafts: list[Outline], budget: float, pace: float) -> bool:
    """Whether a longer budget would change nothing any more."""
    usable = sum(t.seconds * pace for d in material.documents for t in read_traits(d) if t.usable)
    if budget < FREE_FROM * usable:
        return False
    if len(material.documents) == 1:
        worth, wanted = tuple(material.worth[0]), frozenset(material.wanted[0])
        return choose_freely(material.documents[0], worth, pace, wanted).seconds <= budget
    return budget >= usable and len(drafts) > 1 and drafts[-1].parts == drafts[-2].parts


def next_budget(tried: list[tuple[float, float]], target: float) -> float:
    """The budget to try next, given (budget, seconds) of those tried.

    Between two that enclose the target, the middle; else the last one in proportion.
    """
    short = [budget for budget, seconds in tried if seconds < target]
    long = [budget for budget, seconds in tried if seconds >= target]
    if short and long and max(short) < min(long):
        return (max(short) + min(long)) / 2
    budget, seconds = tried[-1]
    return budget * min(2.0, max(0.5, target / seconds))


def read_material(sources: list[Source], topic: str) -> Material:
    """Read and score the sources."""
    documents = [read_document(source) for source in sources]
    usable = sum(t.seconds for d in documents for t in read_traits(d) if t.usable)
    if usable < LEAST_SECONDS:
        raise TooLittleText
    worth = [score_sentences(document, topic) for document in documents]
    material = Material(documents, worth)
    last = len(documents) - 1
    for place, (document, scores) in enumerate(zip(documents, worth, strict=True)):
        material.wanted.append(find_wanted(document, scores, topic, (place == 0, place == last)))
    return material


def find_wanted(
    document: Document, worth: list[float], topic: str, place: tuple[bool, bool]
) -> set[int]:
    """The sentences to begin with, in the first source, and to end on, in the last."""
    first, last = place
    traits = read_traits(document)
    openers = [
        s.number for s in document.sentences if traits[s.number].usable and traits[s.number].opener
    ]
    early = [n for n in openers if n <= 2 + len(traits) // 3]
    strong = [n for n in early if worth[n] > WEAK] or early
    wanted = find_lead(document, strong[0]) if strong and first else set()
    return wanted | (find_last_thought(document, openers, worth, topic) if last else set())


def find_lead(document: Document, start: int) -> set[int]:
    """The sentences to begin with: about LEAD_WORDS of them, as far as they can be spoken."""
    traits, lead, words = read_traits(document), set(), 0
    section = document.sentences[start].section
    for sentence in document.sentences[start:]:
        if words >= LEAD_WORDS or sentence.section != section or not traits[sentence.number].usable:
            break
        lead.add(sentence.number)
        words += traits[sentence.number].words
    return lead


def find_last_thought(
    document: Document, openers: list[int], worth: list[float], topic: str
) -> set[int]:
    """The end of the last paragraph that is worth it, from a sentence that can stand alone; a
    thought that sums the source up comes first, one that breaks off last."""
    traits, count = read_traits(document), len(document.sentences)
    late = [n for n in openers if n >= count * 0.75]
    tails = []
    for start in late:
        paragraph = document.sentences[start].paragraph
        rest = [s for s in document.sentences[start:] if s.paragraph == paragraph]
        thought = list(takewhile(lambda s: traits[s.number].usable, rest))
        words = sum(traits[s.number].words for s in thought)
        if 10 <= words <= CLOSING_WORDS * 1.5:
            mean = sum(worth[s.number] for s in thought) / len(thought)
            mean += SUMMING * sums_up(document, thought, topic) - BROKEN_OFF * (thought != rest)
            score = paragraph / 4 + mean - abs(words - CLOSING_WORDS) / 60
            tails.append((score, [s.number for s in thought]))
    return set(max(tails)[1]) if tails else set(late[-1:])


def draft(
    material: Material, sources: list[Source], parameters: OutlineParameters, budget: float
) -> Outline:
    """A plan with about ``budget`` seconds of facts, and how long its episode sounds."""
    runs = choose(material, budget, REFERENCE_PACE / parameters.words_per_minute)
    groups = group_runs(runs, headed(material.documents))
    labels = label_parts(material.documents, groups, parameters.topic)
    parts = [outline_part(group, label) for group, label in zip(groups, labels, strict=True)]
    title = capitalise(subject_of(sources, parameters))
    lead = runs[0][0].text if runs and runs[0] else title
    outline = Outline(title=title, summary=lead, parts=parts)
    written: list[Part] = []
    for position in range(len(parts)):
        given = PartParameters(
            **parameters.model_dump(), outline=outline, position=position, earlier=written
        )
        written.append(write_part(sources, given))
    seconds = episode_seconds(written, parameters)
    return outline.model_copy(update={"estimated_seconds": seconds, "measured": True})


def choose(material: Material, budget: float, pace: float) -> list[Run]:
    """Runs out of every source, in order; each source gets time by the root of its length."""
    documents = material.documents
    lengths = [sum(t.seconds for t in read_traits(d) if t.usable) ** 0.5 for d in documents]
    runs: list[Run] = []
    left = budget
    for place, document in enumerate(documents):
        part = left * lengths[place] / (sum(lengths[place:]) or 1.0)
        worth = discount_told(document, material.worth[place], runs)
        chosen = choose_some(document, worth, part, pace, material.wanted[place])
        runs += chosen
        spent = sum(read_traits(document)[s.number].seconds * pace for run in chosen for s in run)
        left -= min(part, spent)
    return runs


def choose_some(
    document: Document, worth: list[float], budget: float, pace: float, wanted: set[int]
) -> list[Run]:
    """Runs of one source; where the time is too short for any, as much more as one run takes."""
    for more in (1.0, 1.5, 2.5, 4.0, 8.0):
        chosen = choose_runs(document, worth, max(budget, LEAST_SHARE) * more, pace, wanted)
        if chosen:
            return chosen
    return []


def discount_told(document: Document, worth: list[float], told: list[Run]) -> list[float]:
    """The worth of sentences, less where another source has told the same."""
    heard = [sentence.text for run in told for sentence in run]
    if not heard:
        return worth
    own = [sentence.text for sentence in document.sentences]
    matrix = vectors([*own, *heard])
    alike = (matrix[: len(own)] @ matrix[len(own) :].T).max(axis=1)
    return [w * (TOLD_WORTH if a > TOLD else 1.0) for w, a in zip(worth, alike, strict=True)]


def headed(documents: list[Document]) -> set[tuple[str, int]]:
    """The sections that have a heading, by source and number."""
    return {(d.source_id, s.number) for d in documents for s in d.sections if s.heading}


def outline_part(group: list[Run], label: str) -> OutlinePart:
    """A part of the plan: its label for the eye, its passages, its words."""
    spans = [Span(source_id=r[0].source_id, start=r[0].start, end=r[-1].end) for r in group]
    words = sum(count_words(s.text) for r in group for s in r)
    return OutlinePart(heading=label, runs=spans, target_words=round(words / 0.75))
