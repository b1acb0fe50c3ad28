"""What `make podcast` accepts, and how asking twice joins one episode."""

import json
import time
from pathlib import Path

import pytest

from scripts.order import KEY_LIVES, BadOrder, OrderBook, read_order


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.html").write_text("<p>One</p>")
    (tmp_path / "two words.pdf").write_text("%PDF")
    return tmp_path


def test_a_whole_order() -> None:
    order = read_order(
        {
            "TOPIC": "  How bees vote ",
            "SOURCES": "notes.html 'two words.pdf' https://a.example/b?c=d",
            "MINUTES": "3",
            "OUT": "bees.mp3",
        }
    )
    assert order.topic == "How bees vote"
    assert order.sources == ("notes.html", "two words.pdf", "https://a.example/b?c=d")
    assert order.files == (Path("notes.html"), Path("two words.pdf"))
    assert order.minutes == 3
    assert order.out == Path("bees.mp3")


def test_only_the_topic_is_needed() -> None:
    order = read_order({"TOPIC": "Bees", "SOURCES": "", "MINUTES": "", "OUT": ""})
    assert order.sources == ()
    assert order.minutes is None
    assert order.out == Path("episode.mp3")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "TOPIC"),
        ({"TOPIC": "   "}, "TOPIC"),
        ({"TOPIC": "x", "SOURCES": "missing.pdf"}, "There is no file missing.pdf"),
        ({"TOPIC": "x", "SOURCES": "."}, "There is no file"),
        ({"TOPIC": "x", "SOURCES": "'open"}, "not closed"),
        ({"TOPIC": "x", "MINUTES": "0"}, "1 to 30"),
        ({"TOPIC": "x", "MINUTES": "31"}, "1 to 30"),
        ({"TOPIC": "x", "MINUTES": "three"}, "1 to 30"),
        ({"TOPIC": "x", "OUT": "."}, "is a folder"),
        ({"TOPIC": "x", "OUT": "nowhere/e.mp3"}, "no folder nowhere"),
    ],
)
def test_what_cannot_be_is_refused_in_plain_words(given: dict[str, str], words: str) -> None:
    with pytest.raises(BadOrder, match=words):
        read_order(given)


def test_the_same_order_keeps_its_key_until_it_is_finished(tmp_path: Path) -> None:
    book = OrderBook(tmp_path / "orders")
    given = {"TOPIC": "Bees", "SOURCES": "notes.html"}
    order = read_order(given)
    key, known = book.key(order)
    assert not known
    assert OrderBook(tmp_path / "orders").key(read_order({**given, "OUT": "b.mp3"})) == (key, True)
    book.close(order)
    again, known = book.key(order)
    assert not known
    assert again != key


@pytest.mark.parametrize(
    "other",
    [
        {"TOPIC": "Wasps"},
        {"TOPIC": "Bees", "MINUTES": "4"},
        {"TOPIC": "Bees", "SOURCES": "notes.html"},
        {"TOPIC": "Bees", "SOURCES": "https://a.example/"},
    ],
)
def test_another_order_has_another_key(other: dict[str, str], tmp_path: Path) -> None:
    book = OrderBook(tmp_path / "orders")
    assert book.key(read_order({"TOPIC": "Bees"}))[0] != book.key(read_order(other))[0]


def test_a_file_that_changed_makes_another_order(tmp_path: Path) -> None:
    book = OrderBook(tmp_path / "orders")
    given = {"TOPIC": "Bees", "SOURCES": "notes.html"}
    key, _ = book.key(read_order(given))
    (tmp_path / "notes.html").write_text("<p>Two</p>")
    assert book.key(read_order(given))[0] != key


def test_a_key_is_not_used_longer_than_the_facade_keeps_it(tmp_path: Path) -> None:
    book = OrderBook(tmp_path / "orders")
    order = read_order({"TOPIC": "Bees"})
    key, _ = book.key(order)
    (note,) = (tmp_path / "orders").iterdir()
    old = {**json.loads(note.read_text()), "made": time.time() - KEY_LIVES - 1}
    note.write_text(json.dumps(old))
    again, known = book.key(order)
    assert again != key
    assert not known
