"""A capability opens one stream, for one caller, for a while."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.capability import StreamCapability, sign_stream, verify_stream
from streamer.errors import ExpiredStream, UnknownStream

SECRET = "a secret of the house"
STREAM, USER = uuid.uuid4(), uuid.uuid4()
LATER = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
GOOD = sign_stream(SECRET, STREAM, USER, LATER)


def test_a_capability_says_what_it_grants() -> None:
    assert verify_stream(SECRET, GOOD) == StreamCapability(STREAM, USER, LATER)
    nobody = sign_stream(SECRET, STREAM, None, LATER)
    assert verify_stream(SECRET, nobody) == StreamCapability(STREAM, None, LATER)


def test_a_capability_fits_in_a_url_as_it_is() -> None:
    assert len(GOOD) == 99
    assert set(GOOD) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def test_it_ends_when_it_ends() -> None:
    verify_stream(SECRET, GOOD, LATER - timedelta(seconds=1))
    with pytest.raises(ExpiredStream):
        verify_stream(SECRET, GOOD, LATER)


@given(st.integers(0, len(GOOD) - 1), st.sampled_from("AZaz09-_.!é"))
def test_no_altered_letter_passes(place: int, letter: str) -> None:
    altered = GOOD[:place] + letter + GOOD[place + 1 :]
    if altered == GOOD:
        return
    with pytest.raises(UnknownStream):
        verify_stream(SECRET, altered)


@given(st.text(max_size=300))
def test_no_text_makes_it_stumble(text: str) -> None:
    with pytest.raises(UnknownStream):
        verify_stream(SECRET, text)


@pytest.mark.parametrize("other", ["", "another secret"])
def test_another_secret_opens_nothing(other: str) -> None:
    with pytest.raises(UnknownStream):
        verify_stream(other, GOOD)
