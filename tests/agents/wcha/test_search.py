"""Topics find the articles that are about them, and nothing else."""

from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.wcha.errors import NothingUsable
from agents.wcha.reading import Reader
from agents.wcha.relevance import Hit, Word, choose, score
from agents.wcha.search import search, search_library
from agents.wcha.settings import HarvestSettings

Connection = psycopg.Connection[Any]
OFFLINE = HarvestSettings(search_web=False)


@pytest.mark.parametrize(
    ("topic", "article"),
    [
        ("how coffee conquered the world", "coffee"),
        ("Tell me the history of coffee", "coffee"),
        ("why the sky is blue", "blue-sky"),
        ("Why do we have blue skies and red sunsets?", "blue-sky"),
        ("how containers changed global trade", "shipping-container"),
        ("how were hieroglyphs deciphered", "rosetta-stone"),
        ("how do bees communicate", "honeybees"),
        ("the Voyager space probes", "voyager"),
        ("Edward Jenner and vaccines", "smallpox"),
        ("how the piano was invented", "piano"),
        ("the invention of the printing press", "printing-press"),
        ("the year without a summer", "year-without-summer"),
        ("satellite navigation and relativity", "gps"),
        ("are octopuses smart?", "octopus"),
        ("who invented the QR code", "barcode"),
        ("how sailors found longitude", "longitude"),
        ("the Eiffel Tower", "eiffel-tower"),
        ("what causes tides", "tides"),
        ("music", "piano"),
    ],
)
def test_a_topic_finds_its_article(connection: Connection, topic: str, article: str) -> None:
    found = search_library(connection, topic, OFFLINE)
    assert found[0].identity == f"library/{article}"
    assert len(found) <= 3


@pytest.mark.parametrize(
    "topic",
    [
        "best mortgage rates in Ohio", "quantum chromodynamics", "the rise of Taylor Swift",
        "how to cook risotto", "football world cup 2022", "machine learning for beginners",
        "World War II", "Japanese tea ceremony", "stock market crash of 1929", "sharks",
        "how trains changed America", "bird migration", "the Great Wall of China", "the", "?!",
    ],
)  # fmt: skip
def test_a_topic_of_another_kind_finds_nothing(connection: Connection, topic: str) -> None:
    assert search_library(connection, topic, OFFLINE) == []


def test_what_is_found_has_its_text_and_its_sections(connection: Connection) -> None:
    (found,) = search_library(connection, "why the sky is blue", OFFLINE)
    text = found.text
    assert text.title == "Why the Sky Is Blue"
    assert text.author == "Aethercast library"
    assert text.outline[0]["text"] == "Light in a mixture"
    assert text.body[text.outline[0]["start"] :].startswith("The first step was taken")
    assert "#" not in text.body


def test_nothing_found_names_what_there_is(connection: Connection, reader: Reader) -> None:
    with pytest.raises(NothingUsable) as caught:
        search(connection, "quantum chromodynamics", OFFLINE, reader)
    message = str(caught.value)
    assert "“quantum chromodynamics”" in message
    assert message.count(";") >= 4
    assert not caught.value.retryable


@settings(
    max_examples=60, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=80))
def test_any_topic_can_be_searched(connection: Connection, topic: str) -> None:
    assert len(search_library(connection, topic, OFFLINE)) <= 3


def test_rare_words_and_titles_count_most() -> None:
    words = [Word("tide", 1, 100), Word("water", 60, 100)]
    title = Hit("a", False, "tide", True, False, 5)
    body = Hit("b", False, "water", False, False, 9)
    scores = score(words, [title, body])
    assert scores["a"] > 0.8 > 0.2 > scores["b"]
    assert choose(scores) == ["a"]


def test_words_that_any_request_may_hold_count_little() -> None:
    assert Word("histori", 1, 100).weight < Word("coffe", 50, 100).weight


def test_companions_must_be_as_good() -> None:
    assert choose({"a": 1.0, "b": 0.8, "c": 0.5}) == ["a", "b"]
    assert choose({"a": 0.3, "b": 0.29}) == ["a"]
    assert choose({"a": 0.2}) == []
    assert choose({}) == []
    assert len(choose(dict.fromkeys("abcde", 1.0))) == 3
