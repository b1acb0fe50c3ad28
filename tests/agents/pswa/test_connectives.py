"""Lines around the facts claim nothing."""

import pytest

from agents.aims.text.grounded import frame, opening, phrases
from agents.pswa.ground import Ground
from tests.agents.pswa.lines import check, fact, fates, say

BUILT = "The mill at Corran was built in 1740 by Thomas Averell."
KILLED = "All 75 people in the village were killed because the gates were shut."


@pytest.mark.parametrize(
    "text",
    [
        "You mentioned the river earlier.",
        "As we said, it was a long night.",
        "So it was smooth sailing?",
        "There were 12 of them?",
        "Half of it?",
        "And then Napoleon came.",
        "The mill was a disaster.",
        "Studies show that.",
        "According to experts, that is true.",
        "Everybody loved the miller.",
        "Wait, remember when they sold it?",
    ],
)
def test_a_line_that_claims_is_silenced(ground: Ground, text: str) -> None:
    assert fates(ground, fact(BUILT), say(text)) == ["kept", "silenced"]


@pytest.mark.parametrize(
    "text",
    [
        "So what follows?",
        "Tell me about the fire.",
        "Today's topic: old mills.",
        "Let's open “The mill at Corran”.",
        "Was the mill built in a hurry?",
        "What happened to the mill?",
    ],
)
def test_words_of_conversation_topic_titles_and_headings_pass(ground: Ground, text: str) -> None:
    expected = "silenced" if "hurry" in text else "kept"
    assert fates(ground, fact(BUILT), say(text)) == ["kept", expected]


def test_a_question_may_take_up_words_of_the_facts_around_it(ground: Ground) -> None:
    assert fates(ground, say("Who built it?"), fact(BUILT)) == ["kept", "kept"]
    assert fates(ground, say("Somebody built it."), fact(BUILT)) == ["silenced", "kept"]


def test_the_same_line_is_not_said_twice(ground: Ground) -> None:
    assert fates(ground, fact(BUILT), say("Go on."), say("Go on.")) == ["kept", "kept", "silenced"]


@pytest.mark.parametrize("text", ["Interesting.", "Wow!", "That's great.", "Fascinating, go on."])
def test_death_silences_reactions(ground: Ground, text: str) -> None:
    assert fates(ground, fact(KILLED), say(text))[1] == "silenced"
    assert fates(ground, fact(BUILT), say(text))[1] == "kept"


def test_an_amount_may_be_repeated_as_a_question(ground: Ground) -> None:
    quote = "They rebuilt the mill for $1.5 billion, but it never worked again."
    told = [fact("The river, however, kept flowing [12]."), fact(quote)]
    assert fates(ground, *told, say("$1.5 billion?", quote))[2] == "kept"
    assert fates(ground, *told, say("$2.5 billion?", quote))[2] == "silenced"
    assert fates(ground, *told, say("$1.5 billion.", quote))[2] == "silenced"
    assert fates(ground, *told, say("Worked again?", quote))[2] == "kept"
    assert fates(ground, *told, say("Mill worked?", quote))[2] == "silenced"


def test_a_reason_is_given(ground: Ground) -> None:
    verdict = check(ground, say("There were twelve.")).verdicts[0]
    assert "twelve" in verdict.reason


ALL_PHRASES = [
    *(phrase for category in phrases.BANK.values() for phrase in category),
    *(template.format(h="the fire", H="The fire") for kind in phrases.HEADED.values()
      for template in kind),
    *(template.format(t="The mill at Corran") for template in phrases.SOURCED),
    *phrases.SOBER_GENERIC,
    *(piece for greeting in opening.GREETINGS + opening.SOBER_GREETINGS
      for piece in greeting.split("|") if piece != "{p}"),
    *(template.format(h="old mills", H="Old mills")
      for templates in (frame.PRESENTED, frame.ASKED_ABOUT)
      for kind in templates.values() for template in kind),
    *opening.BEGINNINGS,
    *(template.format(t="“The mill at Corran”") for template in frame.SOURCED_BY),
    *(template.format(s="Old mills") for template in frame.TAKEAWAYS + frame.PLAIN_TAKEAWAYS),
    *(template.format(h="The fire") for template in frame.LAST_CHAPTERS),
    *frame.LAST_THINGS,
    *(template.format(t=frame.name_sources(["The mill at Corran"], ["Ada Miller"]))
      for template in frame.CREDITS + frame.SEVERAL_CREDITS),
]  # fmt: skip


@pytest.mark.parametrize("text", ALL_PHRASES)
def test_everything_the_embedded_writer_may_say_passes(ground: Ground, text: str) -> None:
    assert fates(ground, say(text)) == ["kept"]
