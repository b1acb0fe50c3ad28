"""Whatever a model writes, the first part begins with the story and in a voice that is there."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.aims.speech.embedded.voices import SPEAKERS
from agents.aims.text.grounded.words import count_words
from agents.aims.text.pacing import HOSTS, OpeningClock
from agents.aims.text.request import Source
from agents.aims.text.tasks import Line, OutlineParameters, Part, Span, Speaker
from agents.pswa.casting import DRAWL, Casting, Voices
from agents.pswa.gate import Checked, Verdict, check_part
from agents.pswa.ground import Ground
from agents.pswa.opening import mend_opening
from agents.pswa.script import Preferences
from agents.pswa.settings import ScriptSettings

SENTENCES = [
    "The mill at Corran was built in 1740 by a man from the coast whom nobody in the valley knew.",
    "It burned in the winter of 1741.",
    "The river moved on to another bed, four hundred metres from the bank, and never came back.",
    "Today the wheel is in a museum at Gersfeld.",
]
TEXT = " ".join(SENTENCES)
GROUND = Ground({"s": Source(id="s", title="The mill at Corran", text=TEXT)}, "old mills")
SAID = ["Welcome to the show!", "Hello and welcome, everybody.", "Let's talk about old mills.",
        "Welcome to our show about old mills!", "So where does it begin?", "Go on.",
        "Why is that?", "What about the mill?"]  # fmt: skip


def fact(speaker: Speaker, number: int) -> Line:
    start = TEXT.index(SENTENCES[number])
    span = Span(source_id="s", start=start, end=start + len(SENTENCES[number]))
    return Line(speaker=speaker, kind="fact", text=SENTENCES[number], citations=[span])


def say(speaker: Speaker, text: str) -> Line:
    return Line(speaker=speaker, kind="connective", text=text)


def mend(lines: list[Line], opens: Speaker, slow: list[Speaker]) -> Checked:
    checked = check_part(Part(heading="The mill", lines=lines), GROUND)
    return mend_opening(checked, OutlineParameters(opens=opens, slow=slow), GROUND)


def begun(checked: Checked) -> bool:
    return any(line.kind == "fact" for line in checked.lines)


LINES = st.lists(
    st.one_of(
        st.builds(fact, st.sampled_from(HOSTS), st.integers(0, 3)),
        st.builds(say, st.sampled_from(HOSTS), st.sampled_from(SAID)),
    ),
    max_size=10,
)  # fmt: skip


@settings(deadline=None)
@given(LINES, st.sampled_from([((), "host_a"), (("host_b",), "host_a"), (("host_a",), "host_b")]))
def test_every_first_part_can_be_spoken_without_a_pause(
    lines: list[Line], cast: tuple[Any, Speaker]
) -> None:
    slow, opens = cast
    mended = mend(lines, opens, list(slow))
    clock = OpeningClock(OutlineParameters(slow=list(slow)))
    for line in mended.lines:
        assert not clock.is_too_soon(line.speaker, line.text)
        clock.add(line.speaker, line.text)
    if mended.lines:
        first = mended.lines[0]
        assert first.speaker == opens
        assert first.kind == "fact" or "mill" in first.text
        told = [line.kind for line in mended.lines].index("fact") if begun(mended) else None
        assert not any("elcome" in line.text for line in mended.lines[:told])


@settings(deadline=None)
@given(LINES, st.sampled_from([(), ("host_b",), ("host_a",), ("host_a", "host_b")]))
def test_no_fact_is_lost_and_nothing_passes_that_the_gate_would_stop(
    lines: list[Line], slow: tuple[Speaker, ...]
) -> None:
    checked = check_part(Part(heading="The mill", lines=lines), GROUND)
    mended = mend(lines, Casting.by_speed(slow).opens, list(slow))
    told = [line.text for line in checked.lines if line.kind == "fact"]
    assert [line.text for line in mended.lines if line.kind == "fact"] == told
    again = check_part(Part(heading="The mill", lines=mended.lines), GROUND)
    assert all(verdict.fate == "kept" for verdict in again.verdicts)
    spoken = [v.line for v in mended.verdicts if v.fate in ("kept", "replaced")]
    assert spoken == mended.lines


def test_a_greeting_goes_and_the_story_opens() -> None:
    lines = [say("host_a", SAID[0]), say("host_b", "Go on."), fact("host_a", 0)]
    assert [line.text for line in mend(lines, "host_a", []).lines] == [SENTENCES[0]]


@pytest.mark.parametrize(
    "greeting",
    [
        "Welcome to our show about old mills!",
        "Hello! Let's talk about old mills.",
        "Hi there, and thanks for joining us for the mill at Corran.",
        "Join us for the mill.",
        "In this episode: the mill at Corran.",
        "Good evening! Today, old mills.",
        "You’re listening to old mills.",
        "This podcast is about the mill.",
    ],
)
def test_a_greeting_that_names_the_story_is_a_greeting(greeting: str) -> None:
    lines = [say("host_a", greeting), fact("host_a", 0)]
    mended = mend_opening(Checked("The mill", lines, [Verdict(line, "kept") for line in lines]),
                          OutlineParameters(opens="host_a"), GROUND)  # fmt: skip
    assert [line.text for line in mended.lines] == [SENTENCES[0]]
    assert [verdict.fate for verdict in mended.verdicts] == ["silenced", "kept"]


def test_a_name_before_a_long_first_line_is_not_made_of_a_greeting() -> None:
    lines = [say("host_a", "Welcome to our show about old mills!"), fact("host_a", 0)]
    first, second = mend(lines, "host_a", ["host_a", "host_b"]).lines
    assert (first.text, second.text) == ("Old mills.", SENTENCES[0])


def test_a_first_line_that_names_the_story_and_greets_nobody_stays() -> None:
    lines = [say("host_a", "Let's talk about old mills."), fact("host_a", 0)]
    assert mend(lines, "host_a", []).lines == lines


def test_a_topic_that_greets_is_named_all_the_same() -> None:
    ground = Ground({"s": Source(id="s", title="Hello Dolly", text=TEXT)}, "Hello Dolly")
    lines = [say("host_a", "Let's talk about “Hello Dolly”."), fact("host_a", 0)]
    checked = Checked("It", lines, [Verdict(line, "kept") for line in lines])
    assert mend_opening(checked, OutlineParameters(), ground).lines == lines


def test_a_fact_of_the_slow_voice_goes_to_the_fast_one_and_a_prompt_goes() -> None:
    lines = [fact("host_b", 3), say("host_b", "Why is that?"), fact("host_b", 0)]
    mended = mend(lines, "host_a", ["host_b"])
    assert [(line.speaker, line.text) for line in mended.lines] == [
        ("host_a", SENTENCES[3]), ("host_a", SENTENCES[0]),
    ]  # fmt: skip
    assert [verdict.fate for verdict in mended.verdicts] == ["kept", "silenced", "kept"]


def test_what_a_slow_voice_has_time_for_stays_with_it() -> None:
    lines = [fact("host_a", 0), fact("host_a", 1), say("host_b", "Go on."), fact("host_b", 3)]
    assert mend(lines, "host_a", ["host_b"]).lines == lines


def test_where_nobody_is_fast_the_name_of_the_story_comes_first() -> None:
    lines = [fact("host_b", 0), fact("host_a", 1)]
    first, second, *_ = mend(lines, "host_a", ["host_a", "host_b"]).lines
    assert (first.text, first.kind) == ("Old mills.", "connective")
    assert (second.text, count_words(first.text)) == (SENTENCES[0], 2)


@pytest.mark.parametrize(
    ("voices", "opens", "slow"),
    [
        ({}, "host_a", ("host_b",)),
        ({"host_a": "michael", "host_b": "heart"}, "host_b", ("host_a",)),
        ({"host_a": "emma", "host_b": "michael"}, "host_a", ("host_a", "host_b")),
        ({"host_a": "unheard-of", "host_b": "michael"}, "host_a", ("host_b",)),
    ],
)
def test_the_host_with_the_fast_voice_opens(
    voices: dict[str, str], opens: str, slow: tuple[str, ...]
) -> None:
    fast = Voices("embedded", {"heart": True, "michael": False, "emma": False})
    casting = Casting.of(Preferences(voices=voices), fast, ScriptSettings())
    assert (casting.opens, casting.slow) == (opens, slow)
    assert casting.paced == ("unheard-of" not in voices.values())


def test_the_pace_of_a_clouds_voices_is_known_only_where_somebody_set_it() -> None:
    cloud = Voices("google", {"heart": True})
    assert not Casting.of(Preferences(), cloud, ScriptSettings()).paced
    assert Casting.of(Preferences(), cloud, ScriptSettings(words_per_minute=170)).paced


def test_the_pace_of_every_embedded_voice_is_known() -> None:
    assert set(DRAWL) == set(SPEAKERS)
