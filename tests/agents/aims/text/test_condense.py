"""Of a long source only the best blocks are read closely, and no place in it is lost."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.aims.text.grounded.condense import blank, choose_blocks, condense, cut_blocks
from agents.aims.text.grounded.document import Section, cut_sections, read_document
from agents.aims.text.request import Heading, Source
from agents.aims.text.tasks import OutlineParameters
from agents.pswa.rehearse import read_file, rehearse
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


def test_how_it_begins_and_ends_is_kept() -> None:
    [short] = condense([SOURCE], OutlineParameters(topic="tides", minutes=5))
    assert short.text.split()[:300] == SOURCE.text.split()[:300]
    assert short.text.split()[-200:] == SOURCE.text.split()[-200:]


PLANTED = (
    "A zeppelin came to the valley in the autumn of 1929. It stayed over the market square for"
    " the length of a cigarette, said those who were there, and then it turned to the west."
)


def plant(source: Source, words: str) -> Source:
    """The source with one paragraph more, in the middle of the text."""
    at = source.text.index("\n\n", len(source.text) // 2) + 2
    outline = [h.model_copy(update={"start": h.start + (h.start >= at) * (len(words) + 2)})
               for h in source.outline]  # fmt: skip
    text = f"{source.text[:at]}{words}\n\n{source.text[at:]}"
    return source.model_copy(update={"text": text, "outline": outline})


@pytest.mark.parametrize(
    ("topic", "kept"),
    [
        ("zeppelin", True),
        ("Tell me about the day when a zeppelin came over the valley", True),
        ("the mountains of Peru", False),
    ],
)
def test_what_is_asked_for_is_kept_wherever_it_stands(topic: str, kept: bool) -> None:
    planted = plant(SOURCE, PLANTED)
    assert PLANTED in planted.text
    [short] = condense([planted], OutlineParameters(topic=topic, minutes=5))
    assert (PLANTED in short.text) == kept


LIBRARY = Path(__file__).parents[4] / "agents/wcha/library/articles"


def library_source() -> tuple[Source, dict[str, tuple[int, int]]]:
    """The library as one text, an article under each heading, and where each article stands."""
    text, outline, places = "", [], {}
    for path in sorted(LIBRARY.glob("*.md")):
        article = read_file(path)
        begins = len(text)
        outline.append(Heading(level=2, text=article.title, start=begins))
        text += f"{article.title}\n{article.text}\n\n"
        places[path.stem] = (begins, len(text))
    return Source(id="library", title="A Shelf", text=text, outline=outline), places


@pytest.mark.parametrize(
    ("topic", "article"),
    [
        ("Rosetta stone", "rosetta-stone"),
        ("smallpox", "smallpox"),
        ("Make a podcast about the octopus", "octopus"),
        ("How coffee conquered the world", "coffee"),
    ],
)
def test_most_of_the_chapter_that_was_asked_for_is_read_closely(topic: str, article: str) -> None:
    shelf, places = library_source()
    [short] = condense([shelf], OutlineParameters(topic=topic, minutes=5))
    begins, ends = places[article]
    assert len(short.text[begins:ends].split()) > 0.7 * len(shelf.text[begins:ends].split())
    assert len(short.text.split()) < 4200


def test_words_that_are_everywhere_ask_for_nothing() -> None:
    text = "".join(
        f"The river ran past house {n} again. {'It was so. ' * 60}\n\n" for n in range(30)
    )
    blocks = list(cut_blocks(text, Section(0, None, 0, len(text), 0)))
    assert len(blocks) > 20
    assert choose_blocks(text, blocks, "river house", 900) == choose_blocks(text, blocks, "", 900)


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


def long_chapters() -> Source:
    """Few chapters, each of many paragraphs, so that each is told in pieces with gaps between."""
    text, outline = "", []
    articles = [read_file(path) for path in sorted(LIBRARY.glob("*.md"))]
    for number, heading in enumerate(("How ships found their way", "Where it all went")):
        outline.append(Heading(level=2, text=heading, start=len(text)))
        half = articles[8 * number : 8 * number + 8]
        text += f"{heading}\n" + "".join(f"{article.text}\n\n" for article in half)
    return Source(id="chapters", title="Two Chapters", text=text, outline=outline)


@pytest.mark.parametrize("minutes", [5, 15])
@pytest.mark.parametrize("topic", ["", "the clock and the piano", "coffee"])
def test_what_goes_on_after_a_gap_is_not_announced_again(topic: str, minutes: float) -> None:
    source = long_chapters()
    [short] = condense([source], OutlineParameters(topic=topic, minutes=minutes))
    assert len(short.outline) > 2
    script, _ = rehearse([source], topic, minutes)
    said = [line.text.casefold() for part in script.parts for line in part.lines
            if line.kind == "connective"]  # fmt: skip
    for heading in ("how ships found their way", "where it all went"):
        assert sum(heading in text for text in said) <= 1
    assert len(script.parts) > 3


def test_a_heading_that_a_source_has_twice_opens_a_section_twice() -> None:
    outline = [Heading(level=2, text=t, start=n) for t, n in (("One", 0), ("Two", 30), ("One", 60))]
    sections = list(cut_sections("x" * 90, outline, "A title"))
    assert [(s.heading, s.begins) for s in sections] == [
        (None, 0), ("One", 0), ("Two", 30), ("One", 60)
    ]  # fmt: skip


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
