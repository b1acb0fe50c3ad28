"""How an episode opens and closes: on this story, by its own words and its title."""

from agents.aims.text.grounded.dialogue import Passage, explain_we, speak, tell_passage
from agents.aims.text.grounded.phrases import draw
from agents.aims.text.grounded.stage import Stage
from agents.aims.text.grounded.traits import read_traits
from agents.aims.text.grounded.words import capitalise, split_words

COLDEST = 36
GREETINGS = (
    "So what are we talking about today?|{p}|Then take it from there.",
    "And what's the story behind that?|{p}|Go on, then.",
    "Hello to you, too. What's the subject?|{p} Welcome, everybody."
    "|And where does it go from there?",
    "You have my attention. What's this about?|{p}|Then I want the whole of it.",
    "What a way to start. What is it about?|{p} Welcome.|Let's have it, then.",
)
SOBER_GREETINGS = (
    "What are we talking about today?|{p}|Go on.",
    "Which story is this?|{p}|Tell it from the beginning.",
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
CREDITS = (
    "The facts in this episode come from {t}.",
    "Everything factual you heard comes from {t}.",
    "What you heard is taken from {t}.",
)
LAST_CHAPTERS = (
    "Before we go, one last chapter: {h}.",
    "And to close: {h}.",
    "One chapter is left: {h}.",
    "Let's end on “{h}”.",
)
NAMED_CREDITS = (
    "All the facts in this episode come from that one text.",
    "Everything factual you heard comes from the text of that name.",
    "The facts in this episode come from the text of that title.",
)
SEVERAL_CREDITS = (
    "Everything factual you heard comes from the sources we named.",
    "All the facts in this episode come from those sources.",
)
_QUESTION = (
    "why",
    "how",
    "what",
    "when",
    "where",
    "who",
    "which",
    "is",
    "are",
    "do",
    "does",
    "did",
    "can",
    "could",
    "should",
    "will",
    "would",
)


def introduce(subject: str) -> str:
    """The sentence that says what the episode is about."""
    first = split_words(subject)[:2]
    asks = bool(first) and first[0].casefold() in _QUESTION
    if subject.endswith("?") or (asks and len(first) > 1 and first[1].casefold() in _QUESTION):
        return f"Today's question: {subject.rstrip('?')}?"
    return (
        f"Today's topic: {subject.rstrip('.')}." if not asks else f"Today: {subject.rstrip('.')}."
    )


def name_sources(titles: list[str]) -> str:
    """The sources' titles in one phrase."""
    quoted = [f"“{title}”" for title in titles if title]
    if not quoted:
        return "the text we were given"
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def present(subject: str, titles: list[str]) -> str:
    """Topic and sources in one breath; a source whose title is the topic is not named twice."""
    others = [t for t in titles if t.casefold() != subject.casefold()]
    if not others or not any(others):
        return introduce(subject)
    noun = "source is" if len(titles) == 1 else "sources are"
    return f"{introduce(subject)} Our {noun} {name_sources(titles)}."


def open_episode(stage: Stage, passage: Passage, subject: str, titles: list[str]) -> None:
    """Begin with the story's own first sentence, then say what it is about, then go on."""
    traits = read_traits(passage.document)
    first, rest = passage.sentences[0], passage.sentences[1:]
    own = traits[first.number]
    leans = bool(rest) and not traits[rest[0].number].opener
    cold = own.words <= COLDEST and not leans and not own.first_person and len(rest) > 0
    if cold:
        speak(stage, first, "host_a", 0, len(first.text))
        greet(stage, present(subject, titles), sober=own.grim)
        passage = Passage(passage.document, rest, led=True)
    else:
        stage.say("host_a", f"Welcome. {present(subject, titles)}")
        explain_we(stage, passage.document, own)
        stage.ask("open")
        passage = Passage(passage.document, passage.sentences, led=True)
    tell_passage(stage, passage)


def greet(stage: Stage, presented: str, sober: bool) -> None:
    """The exchange after the first sentence: what is this about?"""
    question, answer, prompt = draw(SOBER_GREETINGS if sober else GREETINGS, stage.bank.seed)[
        0
    ].split("|")
    stage.say("host_b", question)
    stage.say("host_a", answer.format(p=presented))
    stage.say("host_b", prompt)


def close_episode(stage: Stage, passage: Passage | None, subject: str, titles: list[str]) -> None:
    """End on the story's own last thought, the sources, and thanks."""
    if passage:
        stage.say("host_b", lead_to_close(stage, subject, passage.heading))
        tell_passage(stage, Passage(passage.document, passage.sentences, led=True))
    named = [title.casefold() for title in titles] == [subject.casefold()]
    thanks = choose_credits(named and passage is not None, len(titles) > 1)
    stage.say("host_a", draw(thanks, stage.bank.seed)[0].format(t=name_sources(titles)))
    stage.ask("bye")


def choose_credits(named: bool, several: bool) -> tuple[str, ...]:
    """How the sources are thanked: their titles are not said more often than they must be."""
    if several:
        return SEVERAL_CREDITS
    return NAMED_CREDITS if named else CREDITS


def lead_to_close(stage: Stage, subject: str, heading: str | None) -> str:
    """The last lead: by the heading, where the last thought stands under one not yet spoken."""
    if heading is None:
        return ask_takeaway(stage, subject)
    options = [template.format(h=heading) for template in LAST_CHAPTERS]
    return draw(options, stage.bank.seed)[0]


def ask_takeaway(stage: Stage, subject: str) -> str:
    """The question for the last thought, by the story's name where that is short."""
    short = len(split_words(subject)) <= 6 and not subject.endswith("?")
    options = TAKEAWAYS if short and not stage.grim_for else PLAIN_TAKEAWAYS
    return draw(options, stage.bank.seed)[0].format(s=capitalise(subject.rstrip(".")))
