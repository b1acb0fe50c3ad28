"""What an episode is about, in one sentence, and how it closes: by its own words and its title."""

import re

from agents.aims.text.grounded.closing import sums_up
from agents.aims.text.grounded.dialogue import Passage, tell_passage
from agents.aims.text.grounded.headings import in_sentence, kind_of
from agents.aims.text.grounded.lexicon import AUXILIARIES, words_of
from agents.aims.text.grounded.names import is_capital
from agents.aims.text.grounded.phrases import draw
from agents.aims.text.grounded.stage import Stage
from agents.aims.text.grounded.words import capitalise, split_words

LONGEST_SUBJECT = 18
_ORDER = re.compile(
    r"^(?:please )?(?:can you )?(?:(?:tell|teach) (?:me|us)|talk"
    r"|(?:make|create|write|do|give me)? ?an? (?:\w+ )?(?:podcast|episode|show)) (?:about|on) ",
    re.IGNORECASE,
)
PRESENTED: dict[str, tuple[str, ...]] = {
    "clause": (
        "I want to tell you {h}.",
        "Let me tell you {h}.",
        "I'd like to tell you {h}.",
        "Let's find out together: {h}.",
    ),
    "question": (
        "Our question today: {H}?",
        "There's a question behind it: {H}?",
        "I'd like to ask a simple question: {H}?",
    ),
    "title": (
        "I'd like to take you through “{H}”.",
        "We're reading “{H}” today.",
        "Let's read “{H}” together.",
    ),
    "noun": (
        "I'd like to tell you about {h}.",
        "Today let's talk about {h}.",
        "I want to talk with you about {h}.",
    ),
    "label": (
        "Let's talk about “{H}” today.",
        "I'd like to talk with you about “{H}”.",
        "Let's look into “{H}” together.",
    ),
}
ASKED_ABOUT: dict[str, tuple[str, ...]] = {
    "clause": ("Today we'd like to know {h}.", "Let's find out together: {h}."),
    "question": ("Our question today: {H}?", "Today there's one question: {H}?"),
    "title": ("We're reading “{H}” today.", "Let's read “{H}” together."),
    "noun": ("Today let's talk about {h}.", "I'd like to hear about {h} today."),
    "label": ("Let's talk about “{H}” today.", "Let's look into “{H}” together."),
}
"""The same from the host who asks."""
SOURCED_BY = (
    "Here is what we read for it: {t}.",
    "What we know comes from {t}.",
    "For that we're reading {t}.",
)
TAKEAWAYS = (
    "So, “{s}”: what do we take away?",
    "What should we keep from “{s}”?",
    "Let's bring it home. What stays with us from “{s}”?",
    "Before we go: what should we remember from “{s}”?",
    "And if someone asks me about “{s}” tomorrow, what do I say?",
)
PLAIN_TAKEAWAYS = (
    "So what do we take away?",
    "What should we remember?",
    "And what stays with us?",
    "Before we go: what's the thought to keep?",
)
LAST_THINGS = (
    "One last thing.",
    "And one last thing before we go.",
    "Before we go, one more thing.",
    "Is there one last thing to tell?",
)
CREDITS = (
    "The facts in this episode come from {t}.",
    "Everything factual you heard comes from {t}.",
    "What you heard is taken from {t}.",
)
LAST_CHAPTERS = (
    "Before we go, one last chapter: “{h}”.",
    "And to close: “{h}”.",
    "One chapter is left: “{h}”.",
    "Let's end on “{h}”.",
)
SEVERAL_CREDITS = (
    "Everything factual you heard comes from the sources we named.",
    "All the facts in this episode come from those sources.",
)
_ASKING = words_of("why how what when where who which")


def speakable(subject: str, titles: list[str]) -> str:
    """The subject without the words of an order ("Make a podcast about …"); the first title
    where it is too long to be said in one breath."""
    words = _ORDER.sub("", subject).strip(' "“”') or subject
    named = [title for title in titles if title]
    return named[0] if named and len(split_words(words)) > LONGEST_SUBJECT else words


Templates = dict[str, tuple[str, ...]]


def introduce(
    subject: str, titles: list[str], text: str, seed: str, templates: Templates = PRESENTED
) -> str:
    """The sentence that says what the episode is about."""
    kind = kind_of_subject(subject, titles)
    words = subject.rstrip("?.! ")
    inside = in_sentence(words, text)
    inside = inside[:1].lower() + inside[1:] if kind == "clause" else inside
    return draw(templates[kind], seed)[0].format(h=inside, H=capitalise(words))


def kind_of_subject(subject: str, titles: list[str]) -> str:
    """How a subject fits into a sentence: as clause, question, title, noun or label."""
    first = [word.casefold() for word in split_words(subject)[:2]]
    asks = bool(first) and first[0] in _ASKING
    inverted = len(first) > 1 and first[1] in AUXILIARIES
    whole = not re.search(r"[.!?:;](?=\s)", subject)
    if whole and (subject.endswith("?") or (asks and inverted)):
        return "question"
    if is_title(subject, titles) and in_title_case(subject):
        return "title"
    if whole and asks and first[1:] != ["to"] and not subject.endswith("!"):
        return "clause"
    return "noun" if whole and kind_of(subject) == "noun" else "label"


def is_title(subject: str, titles: list[str]) -> bool:
    """Whether a subject is a title, however either of them ends."""
    return plain(subject) in {plain(title) for title in titles}


def plain(title: str) -> str:
    """A title for comparison: no quotation marks around it, no closing punctuation, no case."""
    return title.casefold().strip(' "“”.!?…')


def in_title_case(subject: str) -> bool:
    """Whether a title cannot be worked into a sentence, but for its quotation marks: most of its
    words are capitalised, or it has several parts."""
    words = split_words(subject)
    capitals = sum(is_capital(word) for word in words)
    return 2 * capitals > len(words) or kind_of(subject) == "label"


def name_sources(titles: list[str], authors: list[str] | None = None) -> str:
    """The sources' titles in one phrase, with their authors where those are given."""
    writers = authors or [""] * len(titles)
    quoted = [
        f"“{title}”" + (f", by {writer}" if writer else "")
        for title, writer in zip(titles, writers, strict=True) if title
    ]  # fmt: skip
    if not quoted:
        return "the text we were given"
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def present(
    subject: str, titles: list[str], text: str, seed: str, templates: Templates = PRESENTED
) -> str:
    """Topic and sources in one breath; a source whose title is the topic is not named twice."""
    spoken = speakable(subject, titles)
    opening = introduce(spoken, titles, text, seed, templates)
    return f"{opening} {name_read(subject, titles, seed)}".rstrip()


def name_read(subject: str, titles: list[str], seed: str) -> str:
    """The sentence that names the sources; empty where the topic is the only one's title."""
    spoken = plain(speakable(subject, titles))
    if not any(title for title in titles if plain(title) != spoken):
        return ""
    return draw(SOURCED_BY, seed)[0].format(t=name_sources(titles))


def close_episode(
    stage: Stage, passage: Passage | None, subject: str, titles: list[str], authors: list[str]
) -> None:
    """End on the story's own last thought, the sources, and thanks."""
    if passage:
        stage.say("host_b", lead_to_close(stage, subject, passage, titles))
        tell_passage(stage, Passage(passage.document, passage.sentences, led=True))
    thanks = SEVERAL_CREDITS if len(titles) > 1 else CREDITS
    named = name_sources(titles, authors)
    stage.say("host_a", draw(thanks, stage.bank.seed)[0].format(t=named))
    stage.ask("bye")


def lead_to_close(stage: Stage, subject: str, passage: Passage, titles: list[str]) -> str:
    """The last lead: a question for what remains only where the last thought answers it.

    A subject that is a title is not said here: the sign-off says it.
    """
    if passage.heading:
        options = [template.format(h=passage.heading) for template in LAST_CHAPTERS]
        return draw(options, stage.bank.seed)[0]
    if sums_up(passage.document, passage.sentences, subject):
        return ask_takeaway(stage, "" if is_title(subject, titles) else subject)
    return draw(LAST_THINGS, stage.bank.seed)[0]


def ask_takeaway(stage: Stage, subject: str) -> str:
    """The question for the last thought, by the story's name where that is short."""
    short = subject and len(split_words(subject)) <= 6 and not subject.endswith("?")
    options = TAKEAWAYS if short and not stage.grim_for else PLAIN_TAKEAWAYS
    return draw(options, stage.bank.seed)[0].format(s=capitalise(subject.rstrip(".")))
