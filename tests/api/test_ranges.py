"""Range headers (RFC 9110, section 14)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.media.ranges import Span, Unsatisfiable, applies, matches, read_range


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("bytes=0-0", (0, 1)),
        ("bytes=0-9", (0, 10)),
        ("bytes=2-5", (2, 6)),
        ("bytes=5-", (5, 10)),
        ("bytes=9-", (9, 10)),
        ("bytes=0-999", (0, 10)),
        ("bytes=-3", (7, 10)),
        ("bytes=-999", (0, 10)),
        ("Bytes=1-2", (1, 3)),
        ("bytes= 1-2 ", (1, 3)),
        ("bytes=1-2,4-5", None),
        ("bytes=5-2", None),
        ("bytes=-", None),
        ("bytes=", None),
        ("bytes=a-b", None),
        ("bytes=1-2-3", None),
        ("bytes=+1-2", None),
        ("bytes=\u0661-\u0662", None),
        ("items=0-1", None),
        ("0-1", None),
        ("", None),
        ("bytes=0-" + "9" * 50, None),
    ],
)
def test_what_a_header_means_for_ten_bytes(
    header: str | None, expected: tuple[int, int] | None
) -> None:
    assert read_range(header, 10) == (Span(*expected) if expected else None)


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-12", "bytes=99-", "bytes=-0"])
def test_what_cannot_be_satisfied(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        read_range(header, 10)


def test_nothing_of_an_empty_file_can_be_had() -> None:
    for header in ("bytes=0-", "bytes=-1"):
        with pytest.raises(Unsatisfiable):
            read_range(header, 0)


@given(st.text(max_size=30), st.integers(0, 100))
def test_a_range_lies_within_the_file(rest: str, size: int) -> None:
    try:
        span = read_range("bytes=" + rest, size)
    except Unsatisfiable:
        return
    assert span is None or 0 <= span.start < span.end <= size


def test_if_range_is_strong_and_if_none_match_weak() -> None:
    assert applies(None, '"a"')
    assert applies('"a"', '"a"')
    assert not applies('W/"a"', '"a"')
    assert not applies('"b"', '"a"')
    assert not applies("Wed, 21 Oct 2026 07:28:00 GMT", '"a"')
    assert matches('"b", W/"a"', '"a"')
    assert matches("*", '"a"')
    assert not matches(None, '"a"')
    assert not matches("a", '"a"')
