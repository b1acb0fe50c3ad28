"""What a file is, by its first bytes, never by its name."""

import re
from typing import Literal

from agents.wcha.errors import BinarySource, EmptySource

Kind = Literal["pdf", "html", "markdown", "plain"]

_BINARY = {
    b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"GIF8": "a picture",
    b"RIFF": "a sound or picture file", b"ID3": "a sound file", b"OggS": "a sound file",
    b"fLaC": "a sound file", b"\x1a\x45\xdf\xa3": "a film or sound file",
    b"\x1f\x8b": "a packed archive", b"BZh": "a packed archive", b"7z\xbc\xaf": "a packed archive",
    b"\xfd7zXZ": "a packed archive", b"Rar!": "a packed archive", b"\x7fELF": "a program",
    b"MZ": "a program", b"\xd0\xcf\x11\xe0": "an old office document", b"SQLite": "a database",
}  # fmt: skip
_HTML = re.compile(r"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
_TAGS = re.compile(r"<(p|div|span|h[1-6]|article|section|table|ul|ol|br|a)\b[^<>]*>", re.IGNORECASE)
_MARKDOWN = re.compile(
    r"^#{1,6} \S|^(```|~~~)|^[^\n]+\n(=+|-{3,})[ \t]*$|\[[^\]\n]+\]\([^)\n]+\)"
    r"|\*\*[^*\n]+\*\*|^> \S|^\|.+\|[ \t]*$",
    re.MULTILINE,
)
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
# The longer marks first: that of UTF-32 begins like that of UTF-16.
_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
)  # fmt: skip
_PACKED = {
    b"mimetypeapplication/epub": "an e-book",
    b"mimetypeapplication/vnd.oasis": "an office document", b"word/": "an office document",
    b"xl/": "a spreadsheet", b"ppt/": "a slide show",
    b"META-INF/MANIFEST": "a program", b"AndroidManifest": "a program",
}  # fmt: skip


def sniff(data: bytes) -> tuple[Kind, str]:
    """The kind of a source and, but for PDF, its decoded text.

    Raises:
        EmptySource: no bytes, or nothing but white space.
        BinarySource: no text, said with what it seems to be.
    """
    if not data.strip():
        raise EmptySource
    if _is_pdf(data):
        return "pdf", ""
    _refuse_binary(data)
    text = decode(data)
    if not text.strip("\ufeff \t\r\n"):
        raise EmptySource
    return _kind_of(text), text


def _is_pdf(data: bytes) -> bool:
    """Whether it begins as one; what comes later may be an article about them."""
    head = data[:1024]
    begins = head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"%PDF-")
    return begins or (b"%PDF-" in head and b"%%EOF" in data[-2048:])


def _refuse_binary(data: bytes) -> None:
    for magic, name in _BINARY.items():
        if data.startswith(magic):
            raise BinarySource(f"This source is {name}, not a text.")
    if data[4:8] == b"ftyp":
        raise BinarySource("This source is a film or sound file, not a text.")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        raise BinarySource(
            f"This source is {_packed(data)}, not a text. "
            "Save it as PDF, web page or plain text first."
        )
    head = data[:8192]
    marked = any(head.startswith(mark) for mark, _ in _MARKS)
    if not marked and _control_share(head) > 0.01:
        raise BinarySource


def _packed(data: bytes) -> str:
    """What a ZIP holds, by the names at its beginning and in its directory at the end."""
    names = data[:4096] + data[-65_536:]
    return next((kind for mark, kind in _PACKED.items() if mark in names), "a packed archive")


def _control_share(head: bytes) -> float:
    odd = sum(1 for byte in head if byte < 9 or (13 < byte < 32 and byte != 27))
    return odd / len(head)


def decode(data: bytes, declared: str | None = None) -> str:
    """Bytes to text: byte-order mark, UTF-8, what the page declares, then Windows-1252."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_legacy(data, declared)


def _decode_legacy(data: bytes, declared: str | None) -> str:
    match = _CHARSET.search(data[:4096])
    named = declared or (match[1].decode("ascii", "replace") if match else "cp1252")
    # A single broken byte does not make a UTF-8 text a Windows one.
    good = data.decode("utf-8", errors="replace")
    if good.count("\ufffd") * 200 < len(good):
        return good.replace("\ufffd", "")
    try:
        return data.decode(named, errors="replace").replace("\ufffd", "")
    except LookupError:
        return data.decode("cp1252", errors="replace").replace("\ufffd", "")


def _kind_of(text: str) -> Kind:
    head = text[:20_000]
    tags, marks = len(_TAGS.findall(head)), len(_MARKDOWN.findall(head))
    if text.lstrip("\ufeff \t\r\n").startswith("<") and (tags or _HTML.search(head)):
        return "html"
    if tags >= 4 and tags > marks:
        return "html"
    if re.search(r"^#{1,6} \S", head, re.MULTILINE) or marks >= 3:
        return "markdown"
    return "plain"
