"""PDF: characters with their places become lines in reading order, then paragraphs."""

import ctypes
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from agents.wcha.errors import DamagedSource, EncryptedSource, ImageOnlySource, TooSlow
from agents.wcha.formats.layout import Character, Line, order_lines
from agents.wcha.formats.paragraphs import blocks_of
from agents.wcha.text import Block

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_PASSWORD_ERROR = 4
_UPRIGHT = 0.1
_BOLD = 600


def read_pdf(data: bytes, max_pages: int, deadline: float) -> tuple[list[Block], dict[str, str]]:
    """Blocks of a PDF, and its title, author and date as far as it names them.

    ``deadline`` is a reading of ``time.monotonic()``.

    Raises:
        EncryptedSource, DamagedSource: it cannot be opened.
        ImageOnlySource: its pages hold no text.
        TooSlow: the deadline passed.
    """
    document = _open(data)
    try:
        pages = list(_read_pages(document, max_pages, deadline))
        fields = _fields(document.get_metadata_dict())
    finally:
        document.close()
    blocks = blocks_of(pages)
    if not any(not block.level for block in blocks):
        raise ImageOnlySource
    return blocks, fields


def _open(data: bytes) -> "PdfDocument":
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        return PdfDocument(data)
    except PdfiumError as error:
        protected = error.err_code == _PASSWORD_ERROR
        raise (EncryptedSource if protected else DamagedSource) from None


def _fields(metadata: dict[str, str]) -> dict[str, str]:
    day = metadata.get("CreationDate", "").removeprefix("D:")[:8]
    found = {"title": metadata.get("Title", ""), "author": metadata.get("Author", "")}
    if len(day) == 8 and day.isdigit():
        found["date"] = f"{day[:4]}-{day[4:6]}-{day[6:]}"
    return {key: value.strip() for key, value in found.items() if value.strip()}


def _read_pages(document: "PdfDocument", max_pages: int, deadline: float) -> Iterator[list[Line]]:
    from pypdfium2 import PdfiumError

    for index in range(min(len(document), max_pages)):
        if time.monotonic() > deadline:
            raise TooSlow
        try:
            page = document[index]
            text = page.get_textpage()
        except PdfiumError:
            continue
        yield order_lines(_read_characters(text.raw), page.get_height())
        text.close()
        page.close()


def _read_characters(text: Any) -> Iterator[Character]:
    """Every upright character of a page, in the order it was written."""
    from pypdfium2 import raw

    box, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    bold, between = False, True
    for index in range(raw.FPDFText_CountChars(text)):
        code = raw.FPDFText_GetUnicode(text, index)
        if (code <= 32 and code != 2) or code > 0x10FFFF or 0xD800 <= code < 0xE000:
            between = True
            continue
        if abs(raw.FPDFText_GetCharAngle(text, index)) > _UPRIGHT:
            continue
        raw.FPDFText_GetLooseCharBox(text, index, ctypes.byref(box))
        raw.FPDFText_GetCharOrigin(text, index, ctypes.byref(x), ctypes.byref(y))
        if between:
            bold = raw.FPDFText_GetFontWeight(text, index) >= _BOLD
        size = box.top - box.bottom
        if size > 0:
            # pdfium reports a hyphen that breaks a word as the control character 2.
            sign = "-" if code in (2, 0xFFFE) else chr(code)
            yield Character(sign, box.left, box.right, y.value, size, bold, between)
        between = False
