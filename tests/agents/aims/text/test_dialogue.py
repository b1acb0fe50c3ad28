"""The two hosts: their shares, their questions, and what they never say."""

from collections import Counter
from itertools import pairwise

import pytest

from agents.aims.text.grounded.words import count_words, split_words
from agents.aims.text.tasks import Part
from agents.pswa.rehearse import count_prompts, rehearse, repeated
from tests.agents.aims.text.material import ALL, document, lines_of, source, write

MILL = (
    "The miller of Corran had lost three wheels to the river in the spring floods of ten years. "
    "In 1741 he moved the new wheel to the end of a canal, four hundred metres from the bank. "
    "Few people in the valley believed that so long a canal would carry enough water. "
    "The canal had two gates of oak, and a boy was paid to close them whenever the water rose. "
    "Thus no flood ever reached the wheel again, and the mill ground corn for another century."
)


TITLES = [document(name).title for name in ALL]


@pytest.fixture(scope="module", params=ALL)
def episode(request: pytest.FixtureRequest) -> list[Part]:
    return write([document(request.param)], minutes=3)


def test_host_b_has_about_a_third_of_the_words(episode: list[Part]) -> None:
    words: Counter[str] = Counter()
    for line in lines_of(episode):
        words[line.speaker] += count_words(line.text)
    assert 0.27 <= words["host_b"] / words.total() <= 0.40


def test_no_connective_line_is_said_twice(episode: list[Part]) -> None:
    said = [line.text for line in lines_of(episode) if line.kind == "connective"]
    assert len(set(said)) == len(said)


def test_no_fact_is_told_twice(episode: list[Part]) -> None:
    told = [line.text for line in lines_of(episode) if line.kind == "fact"]
    assert len(set(told)) == len(told)


def test_turns_have_a_bearable_length(episode: list[Part]) -> None:
    turns: list[tuple[str, int]] = []
    for line in lines_of(episode):
        words = count_words(line.text)
        if turns and turns[-1][0] == line.speaker:
            words += turns.pop()[1]
        turns.append((line.speaker, words))
    assert max(words for _, words in turns) <= 95


def test_the_episode_opens_on_the_story_and_says_what_it_is(episode: list[Part]) -> None:
    opening = episode[0].lines[:4]
    assert any(line.kind == "fact" for line in episode[0].lines[:5])
    said = " ".join(line.text for line in opening if line.kind == "connective")
    assert any(title.casefold() in said.casefold() for title in TITLES)


def test_the_episode_ends_on_a_fact_its_source_and_thanks(episode: list[Part]) -> None:
    *_, thought, credit, farewell = episode[-1].lines
    assert thought.kind == "fact"
    assert "facts" in credit.text or "factual" in credit.text or "taken from" in credit.text
    assert farewell.speaker == "host_b"


def test_a_question_that_carries_the_marker_stands_before_the_sentence_without_it() -> None:
    lines = lines_of(write([source(MILL)], minutes=2))
    place = next(n for n, x in enumerate(lines) if x.text.startswith("No flood ever reached"))
    assert lines[place - 1].kind == "connective"
    assert lines[place - 1].text.endswith("?")


def test_because_is_asked_for() -> None:
    lines = lines_of(write([document("bridge_history")], minutes=3))
    place = next(n for n, line in enumerate(lines) if line.text.startswith("Because its rival"))
    assert (lines[place - 2].kind, lines[place - 1].speaker) == ("fact", "host_b")
    assert "?" in lines[place - 1].text


def test_headings_are_spoken_before_their_sections() -> None:
    parts = write([document("bridge_history")], minutes=3)
    for part in parts[1:-1]:
        assert part.heading.split()[-1].casefold() in part.lines[0].text.casefold()


def test_the_sources_own_question_goes_to_host_b() -> None:
    lines = lines_of(write([document("library_address")], minutes=3))
    (question,) = [x for x in lines if x.kind == "fact" and "were we still a library?" in x.text]
    assert question.speaker == "host_b"


def test_a_source_that_says_we_is_introduced_once() -> None:
    lines = lines_of(write([document("library_address")], minutes=3))
    assert sum("speaking, not us" in line.text for line in lines) == 1
    assert not any(
        "speaking, not us" in x.text for x in lines_of(write([document("tides_science")]))
    )


def test_another_episode_sounds_different() -> None:
    def prompts(name: str) -> list[str]:
        return [x.text for x in lines_of(write([document(name)], minutes=3)) if x.kind != "fact"]

    assert len(set(prompts("bridge_history")) & set(prompts("harbour_news"))) <= 4


@pytest.mark.parametrize("name", ALL)
def test_figures_to_beat(name: str) -> None:
    script, _ = rehearse([document(name)], "", 3)
    assert repeated(script) <= 0.015
    assert count_prompts(script) <= 4
    assert script.grounding.total.kept == script.grounding.total.facts
    assert script.grounding.total.silenced == 0


def test_a_chronicle_is_not_recited() -> None:
    years = "".join(
        f"The meeting of {year} was held in {town}. " for year, town in
        zip(range(2001, 2013), ["Oslo", "Turin", "Porto", "Lima", "Quito", "Bern"] * 2, strict=True)
    )  # fmt: skip
    story = document("harbour_news").text
    lines = lines_of(write([source(years + "\n\n" + story)], minutes=2))
    assert sum("was held in" in line.text for line in lines) <= 3


def test_words_are_separated_by_single_spaces_and_end_in_a_stop(episode: list[Part]) -> None:
    for line in lines_of(episode):
        assert line.text == " ".join(line.text.split())
        assert line.text.rstrip('"”’)')[-1] in ".?!"
        assert not any(pair in line.text for pair in ("?.", "..", " ,", "“”"))


def test_doubled_words_of_an_index_are_not_spoken(episode: list[Part]) -> None:
    for line in lines_of(episode):
        words = [word.casefold() for word in split_words(line.text)]
        assert all(a != b for a, b in pairwise(words) if len(a) > 4)
