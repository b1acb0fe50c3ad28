"""Merging as RFC 7396 has it, and what a session's preferences do to a podcast."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.podcasts.preferences import Preferences, Voices
from api.sessions.preferences import (
    PreferencesOfSession,
    merge_patch,
    read_preferences,
    with_defaults,
)

ANYTHING: Any = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99) | st.sampled_from(["food", "sport", "brief"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=8,
)
KEYS = st.sampled_from([*PreferencesOfSession.model_fields, "voice"])


@pytest.mark.parametrize(
    ("target", "patch", "merged"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_it_merges_as_the_rfc_shows(target: Any, patch: Any, merged: Any) -> None:
    assert merge_patch(target, patch) == merged


@given(st.dictionaries(KEYS, ANYTHING) | ANYTHING)
def test_whatever_was_kept_can_be_read(kept: Any) -> None:
    read = read_preferences(kept)
    assert not set(read.liked) & set(read.muted)
    assert read_preferences(read.told()) == read


def test_what_is_given_comes_before_what_the_session_has() -> None:
    session = PreferencesOfSession(
        liked=["food"], format="brief", length_minutes=9, cover=False,
        voices=Voices(host_a="emma", host_b="george"),
    )  # fmt: skip
    usual = with_defaults(Preferences(), session)
    assert (usual.format, usual.length_minutes, usual.cover) == ("brief", 9, False)
    assert usual.voices.host_a == "emma"
    given_ = Preferences(length_minutes=5, voices=Voices(host_a="heart"))
    asked = with_defaults(given_, session)
    assert (asked.format, asked.length_minutes) == ("brief", 5)
    assert (asked.voices.host_a, asked.voices.host_b) == ("heart", "michael")
    assert with_defaults(Preferences(), PreferencesOfSession()) == Preferences()
