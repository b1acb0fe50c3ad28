"""How an episode opens and closes: on this story, by its own words and its title."""

import re

from agents.aims.text.grounded.closing import sums_up
from agents.aims.text.grounded.dialogue import Passage, explain_we, speak, tell_passage
from agents.aims.text.grounded.headings import in_sentence, kind_of
from agents.aims.text.grounded.lexicon import AUXILIARIES, words_of
from agents.aims.text.grounded.names import is_capital
from agents.aims.text.grounded.phrases import draw
from agents.aims.text.grounded.stage import Stage
from agents.aims.text.grounded.traits import read_traits
from agents.aims.text.grounded.words import capitalise, split_words

COLDEST = 36
LONGEST_SUBJECT = 18
_ORDER = re.compile(
    r"^(?:please )?(?:can you )?(?:(?:tell|teach) (?:me|us)|talk"
    r"|(?:make|create|write|do|give me)? ?an? (?:\w+ )?(?:podcast|episode|show)) (?:about|on) ",
    re.IGNORECASE,
)
GREETINGS = (
    "So what are we talking about today?|{p}|Then take it from there.",
    "Where are you taking us?|{p}|I'm all ears.",
    "All right, you have my attention. Where is this going?|{p}|Go on, then.",
    "What's the story?|{p}|Then I want the whole of it.",
    "Okay, I'm with you. What's it all about?|{p}|Let's have it, then.",
    "And where does that lead us today?|{p}|Lead the way.",
)
SOBER_GREETINGS = (
    "What are we talking about today?|{p}|Go on.",
    "Which story is this?|{p}|Tell it from the beginning.",
)
WELCOMES = (
    "Welcome. {p}",
    "Welcome, everybody. {p}",
    "Good to have you with us. {p}",
    "Thanks for being with us. {p}",
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


def introduce(subject: str, titles: list[str], text: str, seed: str) -> str:
    """The sentence that says what the episode is about."""
    kind = kind_of_subject(subject, titles)
    words = subject.rstrip("?.! ")
    inside = in_sentence(words, text)
    inside = inside[:1].lower() + inside[1:] if kind == "clause" else inside
    return draw(PRESENTED[kind], seed)[0].format(h=inside, H=capitalise(words))


def kind_of_subject(subject: str, titles: list[str]) -> str:
    """How a subject fits into a sentence: as clause, question, title, noun or label."""
    first = [word.casefold() for word in split_words(subject)[:2]]
    asks = bool(first) and first[0] in _ASKING
    inverted = len(first) > 1 and first[1] in AUXILIARIES
    plain = not re.search(r"[.!?:;](?=\s)", subject)
    if plain and (subject.endswith("?") or (asks and inverted)):
        return "question"
    if subject.casefold() in {title.casefold() for title in titles} and in_title_case(subject):
        return "title"
    if plain and asks and first[1:] != ["to"] and not subject.endswith("!"):
        return "clause"
    return "noun" if plain and kind_of(subject) == "noun" else "label"


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


def present(subject: str, titles: list[str], text: str, seed: str) -> str:
    """Topic and sources in one breath; a source whose title is the topic is not named twice."""
    subject = speakable(subject, titles)
    opening = introduce(subject, titles, text, seed)
    others = [t for t in titles if t.casefold() != subject.casefold()]
    if not others or not any(others):
        return opening
    return f"{opening} {draw(SOURCED_BY, seed)[0].format(t=name_sources(titles))}"


def open_episode(stage: Stage, passage: Passage, subject: str, titles: list[str]) -> None:
    """Begin with the story's own first sentence, then say what it is about, then go on."""
    traits = read_traits(passage.document)
    first, rest = passage.sentences[0], passage.sentences[1:]
    own = traits[first.number]
    leans = bool(rest) and not traits[rest[0].number].opener
    cold = own.words <= COLDEST and not leans and not own.first_person and len(rest) > 0
    presented = present(subject, titles, passage.document.text, stage.bank.seed)
    if cold:
        speak(stage, first, "host_a", 0, len(first.text))
        greet(stage, presented, sober=own.grim)
    else:
        rest = passage.sentences
        stage.say("host_a", draw(WELCOMES, stage.bank.seed)[0].format(p=presented))
        explain_we(stage, passage.document, own)
        stage.ask("open")
    tell_passage(stage, Passage(passage.document, rest, led=True))


def greet(stage: Stage, presented: str, sober: bool) -> None:
    """The exchange after the first sentence: what is this about?"""
    question, answer, prompt = draw(SOBER_GREETINGS if sober else GREETINGS, stage.bank.seed)[
        0
    ].split("|")
    stage.say("host_b", question)
    stage.say("host_a", answer.format(p=presented))
    stage.say("host_b", prompt)


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
        named = subject.casefold() in {title.casefold() for title in titles}
        return ask_takeaway(stage, "" if named else subject)
    return draw(LAST_THINGS, stage.bank.seed)[0]


def ask_takeaway(stage: Stage, subject: str) -> str:
    """The question for the last thought, by the story's name where that is short."""
    short = subject and len(split_words(subject)) <= 6 and not subject.endswith("?")
    options = TAKEAWAYS if short and not stage.grim_for else PLAIN_TAKEAWAYS
    return draw(options, stage.bank.seed)[0].format(s=capitalise(subject.rstrip(".")))
