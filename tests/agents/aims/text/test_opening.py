"""An episode opens on its own story, in a voice that is there; the slow one has time."""

from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.aims.text.grounded.frame import present
from agents.aims.text.grounded.opening import BEGINNINGS, GREETINGS, SOBER_GREETINGS, name_briefly
from agents.aims.text.grounded.phrases import BANK
from agents.aims.text.grounded.words import count_words, split_words
from agents.aims.text.pacing import HOSTS, OpeningClock
from agents.aims.text.tasks import Line, OutlineParameters, Part, Speaker
from agents.pswa.rehearse import read_file
from tests.agents.aims.text.material import ALL, document, lines_of, write

CASTS: list[tuple[Speaker, list[Speaker]]] = [
    ("host_a", []), ("host_a", ["host_b"]), ("host_b", ["host_a"]),
    ("host_a", ["host_a", "host_b"]),
]  # fmt: skip
LIBRARY = Path(__file__).parents[4] / "agents/wcha/library/articles"
STORIES = {name: document(name) for name in ALL} | {
    path.stem: read_file(path) for path in sorted(LIBRARY.glob("*.md"))
}
PERSONAL = {"library_address"}
"""It begins with "I", which is somebody else than the host who reads it."""
PROMPTS = set(BANK["open"]) | {
    words for greeting in [*GREETINGS, *SOBER_GREETINGS] for words in greeting.split("|")[::2]
}


@cache
def episode(name: str, minutes: int, opens: Speaker, slow: tuple[Speaker, ...]) -> list[Part]:
    return write([STORIES[name]], minutes=minutes, opens=opens, slow=list(slow))


def first_part(name: str, opens: Speaker, slow: list[Speaker]) -> list[Line]:
    return episode(name, 2, opens, tuple(slow))[0].lines


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
    title = {word.casefold() for word in split_words(STORIES[name].title) if len(word) > 3}
    said = {word.casefold() for word in split_words(first.text)}
    assert first.kind == "fact" or title & said
    assert any(title & {w.casefold() for w in split_words(line.text)} for line in [first, *rest])


@pytest.mark.parametrize(("opens", "slow"), CASTS[:3])
@pytest.mark.parametrize("name", STORIES)
def test_where_a_voice_is_fast_the_first_line_is_the_storys_own(
    name: str, opens: Speaker, slow: list[Speaker]
) -> None:
    for minutes in (2, 5):
        lines = episode(name, minutes, opens, tuple(slow))[0].lines
        assert (lines[0].kind == "fact") == (name not in PERSONAL)
        assert lines[0].speaker == opens


@pytest.mark.parametrize(("opens", "slow"), CASTS)
@pytest.mark.parametrize("name", STORIES)
def test_nobody_answers_himself(name: str, opens: Speaker, slow: list[Speaker]) -> None:
    """A prompt is for the other one, who then has something to say."""
    for minutes in (2, 5):
        lines = lines_of(episode(name, minutes, opens, tuple(slow)))
        for line, following in pairwise(lines):
            if line.text in PROMPTS:
                assert following.speaker != line.speaker
            if line.text in BEGINNINGS:
                assert (following.speaker, following.kind) == (line.speaker, "fact")


@pytest.mark.parametrize(("opens", "slow"), CASTS)
def test_whose_we_it_is_is_said_before_it_is_heard(opens: Speaker, slow: list[Speaker]) -> None:
    for line in first_part("library_address", opens, slow):
        if "When you hear" in line.text:
            return
        assert line.kind == "connective" or " I " not in f" {line.text} "
    raise AssertionError("nobody said it")


@pytest.mark.parametrize("closing", ["", "!", ".", " …", "?!"])
def test_a_title_is_not_said_twice_for_its_full_stop(closing: str) -> None:
    title = "The Octopus, a Mind with Eight Arms"
    for topic, named in ((title + closing, title), (title, title + closing)):
        said = present(topic, [named], "", "seed")
        assert said.count("Octopus") == 1
        assert present(topic, [named, "Another"], "", "seed").count("Another") == 1


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
