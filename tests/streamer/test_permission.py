"""Signed links: no changed byte is accepted, and nothing opens what it was not issued for."""

import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from streamer.permission import PermissionForged, PermissionOver, sign, verify

SECRET = b"a-secret-of-more-than-thirty-two-bytes"
LATER = int(time.time()) + 3600
texts = st.lists(st.text(max_size=40), max_size=3)


@given(texts)
def test_what_was_signed_comes_back(content: list[str]) -> None:
    assert verify(SECRET, "media", sign(SECRET, "media", LATER, *content)) == content


@given(texts, st.data())
def test_any_changed_character_is_refused(content: list[str], data: st.DataObject) -> None:
    genuine = sign(SECRET, "media", LATER, *content)
    place = data.draw(st.integers(0, len(genuine) - 1))
    other = data.draw(st.characters())
    assume(other != genuine[place])
    with pytest.raises(PermissionForged):
        verify(SECRET, "media", genuine[:place] + other + genuine[place + 1 :])


@given(texts, st.text(max_size=20))
def test_nothing_can_be_added_or_left_out(content: list[str], extra: str) -> None:
    genuine = sign(SECRET, "media", LATER, *content)
    assume(extra)
    for forged in (genuine + extra, extra + genuine, genuine[:-1], genuine[1:], genuine + "="):
        with pytest.raises(PermissionForged):
            verify(SECRET, "media", forged)


@given(st.text(max_size=200))
def test_nonsense_is_refused(nonsense: str) -> None:
    with pytest.raises(PermissionForged):
        verify(SECRET, "media", nonsense)


def test_it_opens_one_thing_for_a_time_under_one_secret() -> None:
    genuine = sign(SECRET, "media", 1000, "x")
    assert verify(SECRET, "media", genuine, now=999.9) == ["x"]
    with pytest.raises(PermissionOver):
        verify(SECRET, "media", genuine, now=1000)
    with pytest.raises(PermissionForged):
        verify(SECRET, "episode", genuine, now=999)
    with pytest.raises(PermissionForged):
        verify(SECRET + b"!", "media", genuine, now=999)
    # a forged one is told nothing of whether it has expired
    with pytest.raises(PermissionForged):
        verify(SECRET, "media", genuine[:-1], now=1001)
