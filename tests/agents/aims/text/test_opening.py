"""An episode opens on its own story, in a voice that is there; the slow one has time."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.aims.text.grounded.opening import name_briefly
from agents.aims.text.grounded.words import count_words, split_words
from agents.aims.text.pacing import HOSTS, OpeningClock
from agents.aims.text.tasks import Line, OutlineParameters, Speaker
from tests.agents.aims.text.material import ALL, document, write

CASTS: list[tuple[Speaker, list[Speaker]]] = [
    ("host_a", []), ("host_a", ["host_b"]), ("host_b", ["host_a"]),
    ("host_a", ["host_a", "host_b"]),
]  # fmt: skip
OWN = {name: document(name) for name in ALL}


def first_part(name: str, opens: Speaker, slow: list[Speaker], **more: object) -> list[Line]:
    given = OutlineParameters(opens=opens, slow=slow)
    return write([OWN[name]], minutes=2, opens=given.opens, slow=given.slow, **more)[0].lines


def seconds_before(lines: list[Line], slow: Speaker) -> list[tuple[float, float, Line]]:
    """Each slow line with the seconds of stream before it, and slow ones up to its end."""
    clock, found = OpeningClock(OutlineParameters(slow=[slow])), []
    for line in lines:
        before = clock.seconds
        clock.add(line.speaker, line.text)
        if line.speaker == slow:
            found.append((before, clock.slow_seconds, line))
    return found


@pytest.mark.parametrize(("opens", "slow"), CASTS[1:3])
@pytest.mark.parametrize("name", ALL)
def test_the_fast_voice_leads_and_the_slow_one_is_never_waited_for(
    name: str, opens: Speaker, slow: list[Speaker]
) -> None:
    lines = first_part(name, opens, slow)
    assert lines[0].speaker == opens
    told = seconds_before(lines, slow[0])
    for place, (before, slowly, line) in enumerate(told):
        assert 0.7 * slowly + 1 <= before + 0.4
        if place == 0:
            assert before >= 5.6
            assert count_words(line.text) <= 8


@pytest.mark.parametrize("name", ALL)
def test_where_nobody_is_fast_the_first_line_is_short(name: str) -> None:
    first = first_part(name, "host_a", ["host_a", "host_b"])[0]
    assert 1 <= count_words(first.text) <= 7


@pytest.mark.parametrize(("opens", "slow"), CASTS)
@pytest.mark.parametrize("name", ALL)
def test_the_first_line_speaks_of_this_story(
    name: str, opens: Speaker, slow: list[Speaker]
) -> None:
    first, *rest = first_part(name, opens, slow)
    title = {word.casefold() for word in split_words(OWN[name].title) if len(word) > 3}
    said = {word.casefold() for word in split_words(first.text)}
    assert first.kind == "fact" or title & said
    assert any(title & {w.casefold() for w in split_words(line.text)} for line in [first, *rest])


@pytest.mark.parametrize(("opens", "slow"), CASTS)
def test_nobody_answers_himself(opens: Speaker, slow: list[Speaker]) -> None:
    """A prompt is for the other one."""
    for name in ALL:
        for line, following in pairwise(first_part(name, opens, slow)):
            asked = line.kind == "connective" and line.text.endswith("?")
            if asked and count_words(line.text) <= 8 and not slow:
                assert following.speaker != line.speaker


@pytest.mark.parametrize(
    ("subject", "titles", "name"),
    [
        ("How coffee conquered the world", [], "How coffee conquered the world."),
        ("Why is the sky blue?", [], "Why is the sky blue?"),
        ("Longitude, the Clock That Found the Way at Sea", [], "Longitude."),
        ("Make a podcast about the end of smallpox", [], "The end of smallpox."),
        ("one two three four five six seven", ["The mill"], "The mill."),
        ("How to make good compost in a small garden", [], "How to make good compost."),
        ("Why the sea rises twice a day", [], "Why the sea rises twice a day."),
        ("one two three four five six seven eight nine ten", ["what of it all"], None),
        ("", [], None),
    ],
)
def test_an_episode_is_named_in_a_breath(subject: str, titles: list[str], name: str | None) -> None:
    assert name_briefly(subject, titles) == name


SPOKEN = st.lists(st.tuples(st.sampled_from(HOSTS), st.integers(1, 40)), max_size=12)


@settings(deadline=None)
@given(SPOKEN, st.sampled_from(HOSTS))
def test_what_is_not_too_soon_can_be_ready(
    spoken: list[tuple[Speaker, int]], slow: Speaker
) -> None:
    """Lines held to the clock never outrun a voice that takes 0.7 of real time and a second."""
    clock, made = OpeningClock(OutlineParameters(slow=[slow])), 1.0
    for speaker, words in spoken:
        text = " ".join(["word"] * words) + "."
        if clock.is_too_soon(speaker, text):
            assert speaker == slow
            continue
        begins, slowly = clock.seconds, clock.slow_seconds
        clock.add(speaker, text)
        made += 0.7 * (clock.slow_seconds - slowly)
        if speaker == slow:
            assert made <= begins + 0.4


@settings(deadline=None)
@given(SPOKEN)
def test_nothing_is_too_soon_where_all_are_alike(spoken: list[tuple[Speaker, int]]) -> None:
    for slow in ([], list(HOSTS)):
        clock = OpeningClock(OutlineParameters(slow=slow))
        for speaker, words in spoken:
            text = "word " * words
            assert not clock.is_too_soon(speaker, text)
            clock.add(speaker, text)
