"""Pages of a pool that changes between them."""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.problems import InvalidRequest
from api.snippets.cursor import CURSOR, LONGEST, Place, name_of, read_cursor, write_cursor

NOW = 1_800_000_000
cards = st.integers(0, 20).map(lambda number: UUID(int=number << 88 | 7))


@settings(max_examples=60)
@given(st.lists(st.frozensets(cards), min_size=1, max_size=8), st.integers(1, 6), st.randoms())
def test_no_card_comes_twice_and_none_is_left_out(
    pools: list[frozenset[UUID]], limit: int, chance: object
) -> None:
    """Each page is cut from another pool, in another order; the last pool is read to its end."""
    given_out: list[UUID] = []
    place = Place(3, NOW, frozenset())
    for pool in [*pools, *[pools[-1]] * 21]:
        left = [each for each in pool if name_of(each) not in place.seen]
        chance.shuffle(left)  # type: ignore[attr-defined]
        page = left[:limit]
        given_out += page
        if page:
            place = read_cursor(write_cursor(place, page), 3, NOW)
    assert len(given_out) == len(set(given_out))
    assert set(given_out) >= pools[-1]


@given(st.integers(0, 2**63), st.integers(0, NOW + 600), st.frozensets(st.uuids(), min_size=1))
def test_a_cursor_says_what_was_written(version: int, at: int, seen: frozenset[UUID]) -> None:
    cursor = write_cursor(Place(version, at, frozenset()), seen)
    assert read_cursor(cursor, version, NOW) == Place(version, at, frozenset(map(name_of, seen)))


@settings(max_examples=60)
@given(st.text(max_size=60) | st.from_regex(CURSOR, fullmatch=True))
def test_what_is_no_cursor_is_refused(word: str) -> None:
    with pytest.raises(InvalidRequest):
        read_cursor(word, 0, 0)


def test_a_cursor_of_all_cards_there_can_be_is_taken() -> None:
    everything = [UUID(int=number << 80) for number in range(800)]
    cursor = write_cursor(Place(1, NOW, frozenset()), everything)
    assert len(cursor) < LONGEST


@pytest.mark.parametrize(
    ("version", "now"), [(4, NOW), (5, NOW - 601)], ids=["a version never given", "the future"]
)
def test_a_cursor_of_what_is_not_yet_is_refused(version: int, now: int) -> None:
    cursor = write_cursor(Place(5, NOW, frozenset()), [UUID(int=1)])
    with pytest.raises(InvalidRequest):
        read_cursor(cursor, version, now)
