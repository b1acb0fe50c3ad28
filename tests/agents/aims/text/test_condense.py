"""Of a long source only the best blocks are read closely, and no place in it is lost."""

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.aims.text.grounded.condense import blank, condense
from agents.aims.text.grounded.document import read_document
from agents.aims.text.request import Heading, Source
from agents.aims.text.tasks import OutlineParameters
from agents.pswa.rehearse import rehearse
from tests.agents.aims.text.material import ALL, document

LONG = 24


def long_source() -> Source:
    """About 12,000 words: articles again and again, each time of other things, under headings."""
    text, outline = "", []
    for turn in range(LONG):
        article = document(ALL[turn % len(ALL)]).text
        words = article.replace("the ", f"the {chr(97 + turn)}", 9).replace("Moon", f"Moon{turn}")
        outline.append(Heading(level=2, text=f"Chapter {turn}", start=len(text)))
        text += words + "\n\n"
    return Source(id="long", title="Many things", text=text, outline=outline)


SOURCE = long_source()


def test_every_place_of_what_is_kept_is_what_it_was() -> None:
    [short] = condense([SOURCE], OutlineParameters(topic="tides", minutes=5))
    assert len(short.text) == len(SOURCE.text)
    assert 2500 <= len(short.text.split()) <= 4000 < len(SOURCE.text.split()) / 2
    for sentence in read_document(short).sentences:
        assert SOURCE.text[sentence.start : sentence.end].split() == sentence.text.split()


def test_how_it_begins_and_ends_is_kept_and_what_is_asked_for() -> None:
    [short] = condense([SOURCE], OutlineParameters(topic="Moon20 pulls the water", minutes=5))
    assert short.text.split()[:300] == SOURCE.text.split()[:300]
    assert short.text.split()[-200:] == SOURCE.text.split()[-200:]
    assert "Moon20" not in SOURCE.text or "Moon20" in short.text


def test_no_run_reaches_over_what_was_left_out() -> None:
    [short] = condense([SOURCE], OutlineParameters(topic="tides", minutes=5))
    document = read_document(short)
    for one, other in zip(document.sentences, document.sentences[1:], strict=False):
        if one.section == other.section:
            gap = short.text[one.end : other.start]
            assert gap.split() == SOURCE.text[one.end : other.start].split()
            assert len(gap) < 2 + len(SOURCE.text[one.end : other.start])


def test_headings_stay_with_what_stands_under_them() -> None:
    [short] = condense([SOURCE], OutlineParameters(topic="tides", minutes=5))
    whole = {s.start: s.section for s in read_document(SOURCE).sentences}
    names = {s.number: s.heading for s in read_document(SOURCE).sections}
    document = read_document(short)
    for sentence in document.sentences:
        assert document.sections[sentence.section].heading == names[whole[sentence.start]]


def test_sources_that_fit_are_left_as_they_are() -> None:
    given = [document(name, n) for n, name in enumerate(ALL[:3])]
    assert condense(given, OutlineParameters(minutes=5)) is given
    assert condense([SOURCE], OutlineParameters(minutes=30)) != [SOURCE]


def test_an_episode_of_a_long_source_stands_in_it() -> None:
    script, _ = rehearse([SOURCE], "why the sea rises", 3)
    total = script.grounding.total
    assert total.kept == total.facts > 20
    assert abs(script.estimated_seconds - 180) < 18


@settings(deadline=None)
@given(st.integers(0, 50))
def test_white_space_has_the_length_of_what_it_stands_for(length: int) -> None:
    assert len(blank(length)) == length
    assert not blank(length).strip()
