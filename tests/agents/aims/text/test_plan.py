"""An episode lasts as long as asked, uses every source, and says when there is too little."""

from itertools import pairwise

import pytest

from agents.aims.text.errors import TooLittleText
from agents.aims.text.grounded.script import episode_seconds
from agents.aims.text.grounded.words import count_words
from agents.aims.text.tasks import OutlineParameters
from tests.agents.aims.text.material import ALL, cited, document, lines_of, plan, source, write

PROSE = (
    "The mill at Corran ground corn for two hundred years. Its wheel was made of oak. "
    "The river froze in 1740, and the miller lit a fire on the ice. Nobody had seen such a winter. "
    "In the spring of that year the ice broke and carried off the wheel. The village gave him "
    "forty oak trees, and the carpenters of Corran built a larger one within nine weeks. "
    "That wheel turned until 1911, when a steam mill opened in the next valley."
)


@pytest.mark.parametrize("minutes", [1, 2, 3])
@pytest.mark.parametrize("name", ALL)
def test_the_target_is_reached(name: str, minutes: int) -> None:
    outline = plan([document(name)], minutes=minutes)
    assert outline.estimated_seconds == pytest.approx(minutes * 60, rel=0.1)
    assert not outline.shortened


def test_the_plan_sounds_as_long_as_the_parts_it_leads_to() -> None:
    sources = [document("harbour_news")]
    seconds = episode_seconds(write(sources, minutes=3), OutlineParameters(minutes=3))
    assert plan(sources, minutes=3).estimated_seconds == pytest.approx(seconds)


def test_a_slower_voice_gets_fewer_words() -> None:
    def words(pace: float) -> int:
        parts = write([document("tides_science")], minutes=2, words_per_minute=pace)
        return sum(count_words(line.text) for line in lines_of(parts))

    assert words(140) < 0.85 * words(190)


def test_too_short_a_source_is_told_whole_and_the_result_says_so() -> None:
    given = [source(PROSE)]
    outline = plan(given, minutes=5)
    assert outline.shortened
    assert outline.estimated_seconds < 60
    facts = [line for line in lines_of(write(given, minutes=5)) if line.kind == "fact"]
    assert len({line.text for line in facts}) == len(facts)


def test_a_source_without_prose_is_refused_in_plain_words() -> None:
    with pytest.raises(TooLittleText, match="too little running prose"):
        plan([source("Menu\n\nHome\n\nAbout us\n\nFees and queues\n")], minutes=3)


def test_every_source_is_named_and_used() -> None:
    sources = [
        document(n, i) for i, n in enumerate(["tides_science", "harbour_news", "compost_howto"])
    ]
    lines = lines_of(write(sources, minutes=3, topic="three stories"))
    said = " ".join(line.text for line in lines if line.kind == "connective")
    used = {c.source_id for line in lines if line.kind == "fact" for c in line.citations}
    assert used == {s.id for s in sources}
    assert all(s.title in said for s in sources)


def test_each_source_is_named_before_its_first_fact() -> None:
    sources = [document(name, n) for n, name in enumerate(["tides_science", "harbour_news"])]
    lines = lines_of(write(sources, minutes=3, topic="the sea"))
    for given in sources:
        first = next(
            n for n, line in enumerate(lines)
            if line.kind == "fact" and line.citations[0].source_id == given.id
        )  # fmt: skip
        before = [line.text for line in lines[:first] if line.kind == "connective"]
        assert any(given.title in text for text in before) or first == 0


def test_the_topic_draws_what_is_told() -> None:
    sources = [document("tides_science")]

    def told(topic: str, word: str) -> int:
        lines = lines_of(write(sources, minutes=2, topic=topic))
        return sum(word in cited(line, sources) for line in lines)

    assert told("the bore on a river", "bore") > told("the brake on the Earth", "bore")
    assert told("the brake on the Earth", "corals") >= told("the bore on a river", "corals")


def test_parts_are_in_the_documents_order_and_never_overlap() -> None:
    outline = plan([document("bridge_history")], minutes=3)
    spans = [(run.start, run.end) for part in outline.parts for run in part.runs]
    assert spans == sorted(spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))


def test_a_long_document_is_planned_too() -> None:
    text = "\n\n".join(
        document(name).text.replace("Brandt", f"Brandt{n}").replace("Moon", f"Moon{n}")
        for n in range(2) for name in ALL
    )  # fmt: skip
    outline = plan([source(text)], minutes=10)
    assert outline.estimated_seconds == pytest.approx(600, rel=0.1)
