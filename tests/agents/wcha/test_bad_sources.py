"""What cannot be read is said in a sentence, never a stack trace."""

import gzip
import random
import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.wcha.errors import (
    BinarySource,
    DamagedSource,
    EmptySource,
    EncryptedSource,
    NoText,
    TooLarge,
    UnreadableSource,
)
from agents.wcha.extract import extract
from agents.wcha.settings import HarvestSettings
from tests.agents.wcha.locked_pdf import locked_pdf
from tests.agents.wcha.paper import Paper


def attempt(data: bytes) -> tuple[str, str]:
    """The text, or the sentence that says why there is none."""
    try:
        return extract(data).body, ""
    except UnreadableSource as error:
        return "", str(error)


def zipped() -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<w:t>text</w:t>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "error", "said"),
    [
        (b"", EmptySource, "empty"),
        (b" \n\t \r\n", EmptySource, "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), BinarySource, "picture"),
        (b"ID3\x04" + bytes(200), BinarySource, "sound"),
        (b"\x7fELF" + bytes(200), BinarySource, "program"),
        (gzip.compress(bytes(100_000)), BinarySource, "archive"),
        (zipped(), BinarySource, "office document"),
        (random.Random(7).randbytes(5000), BinarySource, "not a text"),
        (b"%PDF-1.7\nthis is no document at all", DamagedSource, "damaged"),
        (locked_pdf(), EncryptedSource, "password"),
        (b"<html><body><nav>Home</nav><script>var a=1</script></body></html>", NoText, "no text"),
        (b"<!doctype html><html></html>", NoText, "no text"),
        (b"Too short to be told.", NoText, "at least 40"),
        ("1 2 3 4 5 6 7 8 9\n" * 500, NoText, "no text"),
    ],
)  # fmt: skip
def test_each_says_what_is_wrong(data: bytes | str, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        extract(data.encode() if isinstance(data, str) else data)


def test_a_huge_source_is_refused_before_it_is_read() -> None:
    with pytest.raises(TooLarge, match="50 MB"):
        extract(bytes(50_000_001))


def test_a_long_text_is_cut_and_says_so() -> None:
    sentence = "This sentence is repeated until the text is far longer than anybody would hear.\n\n"
    found = extract((sentence * 2000).encode(), HarvestSettings(source_max_characters=5000))
    assert len(found.body) <= 5200
    assert found.truncated


def test_a_page_nested_without_end_is_survived() -> None:
    deep = "<div>" * 30_000 + "<p>text</p>" + "</div>" * 30_000
    with pytest.raises(UnreadableSource):
        extract(f"<html><body>{deep}</body></html>".encode())


def test_a_page_of_entities_does_not_grow() -> None:
    bomb = "<!DOCTYPE html [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><html><p>&b;</p>"
    with pytest.raises(UnreadableSource):
        extract(bomb.encode())


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=400), st.sampled_from([b"", b"%PDF-1.4\n", b"<html><p>", b"# ", b"\xff\xfe"])
)
def test_any_bytes_give_a_text_or_a_sentence(data: bytes, start: bytes) -> None:
    found, said = attempt(start + data * 3)
    assert found or said.endswith(".")


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_a_damaged_pdf_never_breaks_the_reader(data: st.DataObject) -> None:
    paper = Paper().page()
    paper.block(["A line that could be read before somebody damaged the file."] * 8, 60, 100)
    content = bytearray(paper.bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    found, said = attempt(bytes(content))
    assert found or said
