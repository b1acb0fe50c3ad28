"""One part of the script: passages of the sources shared between two hosts.

host_a knows the story and tells it in longer turns; host_b asks what the next sentence answers,
takes the sentences that turn, comment or quote, and now and then repeats a number. At each
sentence the move with the greatest gain is made.
"""

from dataclasses import dataclass

from agents.aims.text.grounded.clauses import Split, find_split
from agents.aims.text.grounded.cues import find_cues, find_echo, latest_year
from agents.aims.text.grounded.document import Document, Sentence
from agents.aims.text.grounded.headings import in_sentence, kind_of
from agents.aims.text.grounded.moves import Moment, Move, best_move, comments
from agents.aims.text.grounded.phrases import HEADED, SOURCED
from agents.aims.text.grounded.stage import PROMPT, Stage
from agents.aims.text.grounded.traits import Traits, read_traits
from agents.aims.text.grounded.words import capitalise, collapse
from agents.aims.text.tasks import Span, Speaker

GRIM_LASTS = 3
FIRST_PERSON_SHARE = 0.15
FIRST: Speaker = "host_a"


@dataclass(frozen=True)
class Passage:
    """A run of sentences of one document, with what has to be said before it.

    ``heading`` and ``title`` are None where they need not be spoken; ``led`` says that the
    words that lead here have been spoken already.
    """

    document: Document
    sentences: tuple[Sentence, ...]
    heading: str | None = None
    title: str | None = None
    led: bool = False


def tell_passage(stage: Stage, passage: Passage) -> None:
    """Speak a passage, lead-in included."""
    traits = read_traits(passage.document)
    for place, sentence in enumerate(passage.sentences):
        own = traits[sentence.number]
        before = passage.sentences[place - 1] if place else None
        if before is None:
            if not passage.led:
                lead_in(stage, passage, own)
            speaker, drop = FIRST, False
        else:
            after = passage.sentences[place + 1 : place + 2]
            speaker, drop = link(stage, passage, before, sentence, not after)
        tell(stage, sentence, own, speaker, drop)


def lead_in(stage: Stage, passage: Passage, traits: Traits) -> None:
    """Say what leads to a passage."""
    first = passage.sentences[0]
    introduce_source(stage, passage)
    explain_we(stage, passage.document, traits)
    if passage.heading and speak_heading(stage, passage.heading, passage.document.text):
        return
    if not passage.title:
        cross_gap(stage, first, traits)


OPENS = frozenset({"today", "future", "advice", "people", "jump"})


def cross_gap(stage: Stage, first: Sentence, traits: Traits) -> None:
    """Lead over what was left out: by the time or the thread that is taken up, where the next
    sentence says so itself; else by a neutral word."""
    cues = find_cues(first, traits, None, stage.last_year)
    fitting = [cue.category for cue in cues if cue.category in OPENS]
    any(stage.ask(category) for category in [*fitting, "move", "generic"])


def introduce_source(stage: Stage, passage: Passage) -> None:
    """Name the source that the passage comes from, where it is a new one."""
    if passage.title:
        text = stage.bank.fill(SOURCED, len(stage.bank.said), t=passage.title)
        stage.say("host_b", text or f"And here is “{passage.title}”.")


def explain_we(stage: Stage, document: Document, traits: Traits) -> None:
    """Say once per source that its "we" is not the hosts."""
    note = f"When you hear “I” or “we” from here on, that is “{document.title}” speaking, not us."
    if (
        traits.first_person
        and speaks_for_itself(document)
        and note.casefold() not in stage.bank.said
    ):
        stage.say("host_a", stage.bank.take(note))


def speaks_for_itself(document: Document) -> bool:
    """Whether a source tells its own story: "I", or "we" in a good part of its sentences."""
    traits = read_traits(document)
    personal = sum(own.first_person for own in traits)
    return personal >= FIRST_PERSON_SHARE * len(traits)


def speak_heading(stage: Stage, heading: str, text: str) -> bool:
    """Let the second host lead to a section by its heading."""
    kind = kind_of(heading)
    if kind == "question":
        phrase: str | None = heading
    else:
        words = in_sentence(heading, text)
        turn = len(stage.bank.said)
        phrase = stage.bank.fill(HEADED[kind], turn, h=words, H=heading)
    if phrase:
        stage.say("host_b", capitalise(phrase))
    return phrase is not None


def link(
    stage: Stage, passage: Passage, before: Sentence, sentence: Sentence, last: bool
) -> tuple[Speaker, bool]:
    """Make the best move between two sentences: who tells the next, and without its marker?"""
    traits = read_traits(passage.document)[sentence.number]
    echo = find_echo(before.text) if stage.lines[-1].text.endswith(before.text[-12:]) else None
    moment = Moment(stage, before, sentence, traits, echo, last)
    explained = len(stage.lines)
    explain_we(stage, passage.document, traits)
    if len(stage.lines) > explained:
        return "host_a", False
    return make(moment, best_move(moment))


def make(moment: Moment, move: Move) -> tuple[Speaker, bool]:
    """Carry a move out."""
    stage, sentence = moment.stage, moment.sentence
    if move.kind == "hand_over":
        return "host_b", False
    if move.kind == "echo" and moment.echo:
        echo_amount(stage, moment.before, moment.echo)
    if move.kind == "ask":
        avoid = "so" if sentence.text[:3].casefold() == "so " else ""
        asked = stage.ask(move.category, avoid)
        marker = moment.traits.marker
        return "host_a", bool(asked and marker and marker.length and move.category == marker.link)
    if move.kind == "stay" and stage.speaker == "host_b":
        return "host_b", False
    return "host_a", False


def echo_amount(stage: Stage, sentence: Sentence, span: tuple[int, int]) -> None:
    """Let the second host repeat an amount as a question, citing it."""
    words = sentence.text[span[0] : span[1]]
    text = f"{capitalise(words)}?"
    if text.casefold() in stage.bank.said:
        return
    stage.echoes += 1
    cited = Span(source_id=sentence.source_id, start=sentence.start, end=sentence.end)
    stage.say("host_b", stage.bank.take(text), cited=[cited])


def tell(stage: Stage, sentence: Sentence, traits: Traits, speaker: Speaker, drop: bool) -> None:
    """Speak a sentence, shared at a conjunction where that is safe."""
    split = find_split(sentence.text) if speaker == "host_a" and not drop else None
    if split and (split.joint != "so" or stage.hunger > 0) and share(stage, sentence, split):
        pass
    else:
        start = traits.marker.length if drop and traits.marker else 0
        speak(stage, sentence, speaker, start, len(sentence.text))
    stage.grim_for = GRIM_LASTS if traits.grim else max(0, stage.grim_for - 1)
    stage.last_year = latest_year(sentence.text, stage.last_year)


def share(stage: Stage, sentence: Sentence, split: Split) -> bool:
    """Speak a sentence in two halves with a question, or the other host, in between."""
    if split.joint != "because":
        speak(stage, sentence, "host_a", 0, split.end)
        speak(stage, sentence, "host_b", split.start, len(sentence.text))
        return True
    question = None if stage.is_too_soon("host_b", PROMPT) else stage.find("why", "but")
    if question is None:
        return False
    speak(stage, sentence, "host_a", 0, split.end)
    stage.say("host_b", question)
    speak(stage, sentence, "host_a", split.start, len(sentence.text))
    return True


def speak(stage: Stage, sentence: Sentence, speaker: Speaker, start: int, end: int) -> None:
    """Add a fact line out of ``sentence.text[start:end]``.

    It cites the whole sentence, so that whoever checks the line sees what was left out.
    """
    words = capitalise(collapse(sentence.text[start:end])).rstrip(",")
    closed = words if words[-1] in ".!?\"”’')" else f"{words}."
    cited = Span(source_id=sentence.source_id, start=sentence.start, end=sentence.end)
    stage.say(speaker, closed, fact=True, cited=[cited])


__all__ = ["Passage", "comments", "tell_passage"]
