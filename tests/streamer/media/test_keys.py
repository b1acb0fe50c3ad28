"""No key, and no URI, leads out of the store."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.errors import ForeignMedia, InvalidMediaKey
from streamer.media.keys import check_key, key_under

ESCAPES = [
    "", "/", "/etc/passwd", "..", "../secret", "a/../../secret", "a/..", "./a", "a//b", "a/",
    ".env", "a/.hidden", "a\\b", "a\0b", "a\nb", "a b", "a%2e%2e/b", "file:///etc/passwd",
    "ключ", "a" * 129, "a/" * 300 + "a", "~root", "-rf", "a;b", "a?b", "a#b", "a:b",
]  # fmt: skip


@pytest.mark.parametrize("key", ESCAPES)
def test_what_is_no_plain_name_is_no_key(key: str) -> None:
    with pytest.raises(InvalidMediaKey):
        check_key(key)


@pytest.mark.parametrize("key", ["a", "a/b.webm", "streams/0f-1/2_3.webm", "A9/b.tar.gz"])
def test_plain_names_are_keys(key: str) -> None:
    assert check_key(key) == key


@pytest.mark.parametrize("key", [*ESCAPES, "gs://other/a"])
def test_a_uri_with_no_key_behind_the_base_is_foreign(key: str) -> None:
    with pytest.raises(ForeignMedia):
        key_under("media:///", f"media:///{key}")


@given(st.text(alphabet="a./\\%~\0-", max_size=20))
def test_no_accepted_key_has_a_step_upwards(key: str) -> None:
    try:
        check_key(key)
    except InvalidMediaKey:
        return
    assert not any(step in ("", ".", "..") for step in key.split("/"))
