"""PDF files for the tests, set with skia: pages, columns, running heads, headings by size."""

from collections.abc import Iterable

import font_roboto
import skia

WIDTH, HEIGHT = 595.0, 842.0
_LEADING = 14.0


class Paper:
    """A document that is filled line by line. Sizes are in points, y grows downwards."""

    def __init__(self, title: str = "", author: str = "") -> None:
        self._stream = skia.DynamicMemoryWStream()
        self._document = skia.PDF.MakeDocument(self._stream, Title=title, Author=author)
        self._faces = {
            bold: skia.Typeface.MakeFromFile(path)
            for bold, path in ((False, font_roboto.Roboto), (True, font_roboto.RobotoBold))
        }
        self._canvas: skia.Canvas | None = None

    def page(self) -> "Paper":
        """Begin the next page."""
        if self._canvas is not None:
            self._document.endPage()
        self._canvas = self._document.beginPage(WIDTH, HEIGHT)
        return self

    def line(self, text: str, x: float, y: float, size: float = 10.5, bold: bool = False) -> None:
        """Set one line with its baseline at y."""
        assert self._canvas is not None
        font = skia.Font(self._faces[bold], size)
        font.setSubpixel(True)
        font.setHinting(skia.FontHinting.kNone)
        self._canvas.drawString(text, x, y, font, skia.Paint(Color=skia.ColorBLACK))

    def block(self, lines: Iterable[str], x: float, y: float, size: float = 10.5) -> float:
        """Set lines below one another; returns the baseline after the last."""
        for text in lines:
            self.line(text, x, y, size)
            y += _LEADING
        return y

    def picture(self) -> None:
        """A page that is only an image."""
        assert self._canvas is not None
        self._canvas.drawRect(skia.Rect(50, 50, 500, 700), skia.Paint(Color=0xFF336699))

    def bytes(self) -> bytes:
        """The finished file."""
        self._document.endPage()
        self._document.close()
        return bytes(self._stream.detachAsData())


def wrap(text: str, width: int) -> list[str]:
    """Break a text into lines of at most ``width`` characters."""
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) + 1 > width and lines[-1]:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
