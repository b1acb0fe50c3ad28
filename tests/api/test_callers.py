"""Who is calling, and what identifying costs."""

import time
from typing import Any

import httpx
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.caller_book import CallerBook
from api.problems import Unauthenticated
from api.remembered import Remembered
from api.token import issue
from tests.api.conftest import SECRET, Facade, ask_podcast

Connection = psycopg.Connection[tuple[Any, ...]]
KEY = SECRET.encode()


def test_reading_again_asks_no_table_and_writing_does(
    facade: Facade, ada: httpx.Client, connection: Connection
) -> None:
    assert ask_podcast(ada).status_code == 202
    before = connection.execute("SELECT user_id FROM users").fetchone()
    connection.execute("DELETE FROM users")
    path = "/api/v1/podcasts/00000000-0000-0000-0000-000000000001"
    assert ada.get(path).status_code == 404
    assert connection.execute("SELECT count(*) FROM users").fetchone() == (0,)
    assert ask_podcast(ada).status_code == 202  # as somebody new, under the same name
    after = connection.execute("SELECT user_id FROM users").fetchone()
    assert before != after
    assert len(ada.get("/api/v1/podcasts").json()["podcasts"]) == 1


def test_a_token_seen_before_still_expires() -> None:
    book = CallerBook()
    token = issue(KEY, "ada", -2)  # there are five seconds of leeway
    assert book.read_subject(KEY, token) == "ada"
    assert len(book.subjects) == 1
    time.sleep(3.1)
    with pytest.raises(Unauthenticated, match="expired"):
        book.read_subject(KEY, token)


def test_a_known_token_is_known_whole() -> None:
    book = CallerBook()
    token = issue(KEY, "ada", 60)
    book.read_subject(KEY, token)
    for other in (token[:-3], token + "x", token.upper()):
        with pytest.raises(Unauthenticated):
            book.read_subject(KEY, other)


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.booleans()), max_size=40))
def test_a_memory_is_bounded_and_keeps_what_was_used_last(steps: list[tuple[str, bool]]) -> None:
    memory: Remembered[str] = Remembered(3)
    used: list[str] = []
    for name, keep in steps:
        if keep:
            memory.keep(name, name, 60)
        elif memory.get(name) is None:
            continue
        used = [*(each for each in used if each != name), name][-3:]
        assert len(memory) <= 3
    for name in "abcde":
        assert memory.get(name) == (name if name in used else None)
