"""How an episode opens: on the story's own first words, in the voice that is there at once."""

import re
from itertools import accumulate

from agents.aims.text.grounded.dialogue import Passage, explain_we, speak, tell_passage
from agents.aims.text.grounded.frame import ASKED_ABOUT, PRESENTED, name_read, present, speakable
from agents.aims.text.grounded.lexicon import STOP
from agents.aims.text.grounded.phrases import BANK, draw
from agents.aims.text.grounded.stage import Stage
from agents.aims.text.grounded.traits import read_traits
from agents.aims.text.grounded.words import capitalise, count_words, split_words
from agents.aims.text.pacing import LEAD_WORDS, SHORTEST_WORDS
from agents.aims.text.tasks import Speaker

COLDEST, COLDEST_SHARED = 45, 90
"""Words that may be told before anybody says what the episode is about, at most: by one voice, and
by two where the story cannot be left sooner."""
GREETINGS = (
    "So what are we talking about today?|{p}|Then take it from there.",
    "Where are you taking us?|{p}|I'm all ears.",
    "You have my attention. Where is this going?|{p}|Go on, then.",
    "What's the story?|{p}|Then I want the whole of it.",
    "Okay, I'm with you. What's it all about?|{p}|Let's have it, then.",
    "And where does that lead us today?|{p}|Lead the way.",
)
SOBER_GREETINGS = (
    "What are we talking about today?|{p}|Go on.",
    "Which story is this?|{p}|Tell it from the beginning.",
)
BEGINNINGS = (
    "Then listen to this.",
    "All right, here it is.",
    "Let me tell you.",
    "It's like this.",
)
SHORTEST_PROMPT = min(BANK["open"], key=len)
LONGEST_NAME = 9
_CUT = re.compile(r"[,;:–—]|\s(?:and|that|which|who|in|at|on|for|by|from|with)\s")


def open_episode(
    stage: Stage, passage: Passage, subject: str, titles: list[str], *, alone: bool
) -> None:
    """Begin with the story's own first words, then say what it is about, then go on.

    ``alone`` says that no other passage follows, so that some of this one must.
    """
    named = name_briefly(subject, titles) if stage.all_slow else None
    if named:
        stage.say("host_a", named)
    led = tell_cold(stage, passage, alone=alone, named=named is not None)
    sober = any(read_traits(passage.document)[s.number].grim for s in passage.sentences[:led])
    rest = Passage(passage.document, passage.sentences[led:], led=True)
    if named:
        name_others(stage, rest, subject, titles)
    elif stage.opens == "host_b":
        hand_to_teller(stage, rest, subject, titles)
    else:
        ask_teller(stage, rest, subject, titles, sober=sober, cold=led > 0)
    if rest.sentences:
        tell_passage(stage, rest)


def tell_cold(stage: Stage, passage: Passage, *, alone: bool, named: bool) -> int:
    """Begin with the story; how many of its sentences were told.

    The first voice tells a few; where the story can be left only later, and nobody has named it,
    both hosts tell it until then.
    """
    led = count_cold(passage, alone, COLDEST)
    for sentence in passage.sentences[:led]:
        speak(stage, sentence, stage.opens, 0, len(sentence.text))
    if not led and not named:
        led = count_cold(passage, alone, COLDEST_SHARED)
        tell_passage(stage, Passage(passage.document, passage.sentences[:led], led=True))
    return led


def name_others(stage: Stage, rest: Passage, subject: str, titles: list[str]) -> None:
    """The episode has its name already: only what it is taken from is left to say."""
    sourced = name_read(subject, titles, stage.bank.seed)
    if sourced:
        stage.say("host_a", sourced)
    if rest.sentences:
        explain_first(stage, rest)
        stage.ask("open")


def count_cold(passage: Passage, alone: bool, most: int) -> int:
    """How many sentences to begin with, of ``most`` words together; none where the story cannot be
    entered so.

    As few as give a listener something to hold, none of which says "I", cut before one that can
    stand alone; at least one is left for afterwards.
    """
    traits = [read_traits(passage.document)[s.number] for s in passage.sentences]
    totals = list(accumulate(own.words for own in traits))
    cuts = [
        n
        for n in range(1, len(traits) + 1 - alone)
        if totals[n - 1] <= most and (n == len(traits) or traits[n].opener)
        and not any(own.first_person for own in traits[:n])
    ]  # fmt: skip
    return next((n for n in cuts if totals[n - 1] >= LEAD_WORDS), cuts[-1] if cuts else 0)


def ask_teller(
    stage: Stage, rest: Passage, subject: str, titles: list[str], *, sober: bool, cold: bool
) -> None:
    """The first host opened: the second asks what this is, as soon as his voice can be there.

    Nobody is told to go on where nothing of the passage is left: the next one has its own lead.
    """
    presented = present(subject, titles, rest.document.text, stage.bank.seed, PRESENTED)
    question, answer, prompt = draw(SOBER_GREETINGS if sober else GREETINGS, stage.bank.seed)[
        0
    ].split("|")
    if cold and stage.speaker == "host_a" and not stage.is_too_soon("host_b", question):
        stage.say("host_b", question)
    stage.say("host_a", answer.format(p=presented))
    if not rest.sentences:
        return
    explain_first(stage, rest)
    if not cold:
        stage.ask("open")
    elif not stage.is_too_soon("host_b", prompt):
        stage.say("host_b", prompt)


def hand_to_teller(stage: Stage, rest: Passage, subject: str, titles: list[str]) -> None:
    """The second host opened: she says what it is about and, where the first can be there by then
    with what comes next, asks and gives the word to him."""
    seed = stage.bank.seed
    stage.say("host_b", present(subject, titles, rest.document.text, seed, ASKED_ABOUT))
    if not rest.sentences:
        return
    explain_first(stage, rest)
    answer = draw(BEGINNINGS, seed)[0]
    asked: list[tuple[Speaker, str]] = [("host_b", SHORTEST_PROMPT), ("host_a", answer)]
    if stage.can_follow([*asked, ("host_a", rest.sentences[0].text)]) and stage.ask("open"):
        stage.say("host_a", answer)


def explain_first(stage: Stage, rest: Passage) -> None:
    """Say whose "we" it is where the very next sentence says it."""
    first = read_traits(rest.document)[rest.sentences[0].number]
    explain_we(stage, rest.document, first)


def name_briefly(subject: str, titles: list[str]) -> str | None:
    """The episode's name in a breath, where no voice can say a longer first line soon."""
    names = [
        _CUT.split(name.strip(' "“”'))[0].strip(' .!"“”')
        for name in [speakable(subject, titles), *titles]
    ]
    told = [n for n in names if any(word.casefold() not in STOP for word in split_words(n))]
    short = next((n for n in told if count_words(n) <= SHORTEST_WORDS), None)
    name = short or min(told, key=count_words, default="")
    if not name or count_words(name) > LONGEST_NAME:
        return None
    return capitalise(name if name.endswith("?") else f"{name}.")
