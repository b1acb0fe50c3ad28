"""GET /search: what is found, what is not, and where the words stand."""

from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.search.highlights import CLOSE, OPEN, find_ranges
from api.search.words import read_words
from tests.agents.sca.seed import seed_cards
from tests.api.conftest import Facade, ask_podcast
from tests.api.snippets.conftest import like, user_of

PATH = "/api/v1/search"
THEATRE = "Theatre of Theory, Offset"


def find(client: httpx.Client, q: str, **params: Any) -> dict[str, Any]:
    answer = client.get(PATH, params={"q": q, **params})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def titles(found: dict[str, Any]) -> list[str]:
    return [each["title"] for each in found["snippets"]]


def test_words_are_found_in_all_their_forms(ada: httpx.Client, facade: Facade) -> None:
    with psycopg.connect(facade.settings.database_url, autocommit=True) as pool:
        cards = seed_cards(pool, 6)
        pool.execute(
            """INSERT INTO topics_snippets (id, type, title, summary, category, user_id)
               SELECT gen_random_uuid(), 'topic', 'Coffee at <b>sea</b>', 'A plant.', 'food', owner
               FROM (VALUES (NULL), (%s)) AS each (owner)""",
            [user_of(pool, facade.client("bob"), "bob")],
        )
        pool.execute(
            "UPDATE topics_snippets SET title = %s WHERE id = %s",
            [THEATRE, cards[0].snippet_id],
        )
    coffee = next(each.title for each in cards if "Coffee" in each.title)
    for q in ("coffee", "COFFEES", "coffee glass", "cof", '"one coffee plant"', "coffee -otter"):
        assert titles(find(ada, q)) == [coffee], q
    assert titles(find(ada, "theo")) == titles(find(ada, "the theat")) == [THEATRE]
    for q in ("coffee otters", "the", "The", "of", "offee", '"coffee one"', "' | & ! :* ( a"):
        assert titles(find(ada, q)) == [], q
    assert len(titles(find(ada, "coffee or otters or telescope"))) == 3
    assert len(titles(find(ada, "coffee or otters or telescope", limit=2))) == 2
    found = find(ada, "coffee")
    [card] = found["snippets"]
    for text, ranges in zip(("title", "text_content"), card["highlights"].values(), strict=True):
        assert {card[text][start:end].lower() for start, end in ranges} == {"coffee"}
    [topic] = found["topics"]
    assert topic["title"] == "Coffee at <b>sea</b>"
    assert topic["highlights"]["text"] == []
    ask_podcast(ada, "Where coffee came from")
    ask_podcast(facade.client("bob"), "Where coffee went")
    [episode] = find(ada, "coffee", kind="episodes")["episodes"]
    assert (episode["topic"], episode["status"]) == ("Where coffee came from", "GENERATING")
    assert episode["highlights"] == {"title": [], "text": [[6, 12]]}
    assert find(ada, "coffee", kind="topics")["snippets"] == []
    like(ada, muted=["food"])
    found = find(ada, "coffee")
    assert (found["snippets"], found["topics"]) == ([], [])
    assert len(found["episodes"]) == 1


def test_what_somebody_explored_only_that_one_finds(
    ada: httpx.Client, bob: httpx.Client, facade: Facade
) -> None:
    with psycopg.connect(facade.settings.database_url, autocommit=True) as pool:
        [mine] = seed_cards(pool, 1, user_id=user_of(pool, ada, "ada"))
    assert titles(find(ada, mine.title)) == [mine.title]
    assert titles(find(bob, mine.title)) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("q", ""), ("q", "   "), ("q", "…"), ("q", "a\nb"), ("q", "a\0b"), ("q", "x" * 201),
        ("limit", "0"), ("limit", "-1"), ("limit", "10000"), ("limit", "x"), ("kind", "stars"),
    ],
    ids=lambda value: ascii(value)[:12],
)  # fmt: skip
def test_a_bad_search_is_told_what_is_bad(shared: Facade, name: str, value: str) -> None:
    with shared.client(f"caller-{uuid4()}") as client:
        answer = client.get(PATH, params={"q": "sea", name: value})
        assert answer.status_code == 422
        [error] = answer.json()["errors"]
        assert error["parameter"] == name
        assert client.get(PATH).status_code == 422


@given(st.text())
def test_every_search_splits_into_itself(typed: str) -> None:
    words = read_words(typed)
    assert words.words == typed.strip()
    if words.prefix:
        assert words.head + words.prefix == words.words
        assert words.prefix.isalnum()


@given(st.lists(st.tuples(st.booleans(), st.text(st.characters(codec="utf-8"), max_size=4))))
def test_ranges_are_what_stands_between_marks(pieces: list[tuple[bool, str]]) -> None:
    sound = [(hit, "".join(c for c in text if c not in OPEN + CLOSE)) for hit, text in pieces]
    text = "".join(piece for _, piece in sound)
    marked = "".join(f"{OPEN}{piece}{CLOSE}" if hit else piece for hit, piece in sound)
    assert [text[a:b] for a, b in find_ranges(marked, text)] == [p for hit, p in sound if hit]
    assert find_ranges(marked, text + "x") == []
