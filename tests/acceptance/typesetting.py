"""Sets a Markdown text as a PDF, with headings in a larger size."""

import textwrap
from pathlib import Path

import font_roboto
import skia

PAGE = (595, 842)
MARGIN = 60
FACE = skia.Typeface.MakeFromFile(font_roboto.RobotoMedium)


def set_pdf(markdown: str, path: Path) -> None:
    """Write ``markdown`` (headings and paragraphs) to ``path`` as A4 pages."""
    stream = skia.FILEWStream(str(path))
    with skia.PDF.MakeDocument(stream) as document:
        lines = [line for block in markdown.split("\n\n") for line in set_block(block.strip())]
        pages = [lines[start : start + 48] for start in range(0, len(lines), 48)]
        for number, page in enumerate(pages, 1):
            with document.page(*PAGE) as canvas:
                draw_page(canvas, page, number)
    stream.fsync()


def set_block(block: str) -> list[tuple[str, float]]:
    """A heading or paragraph as lines with their font sizes, an empty line after it."""
    level = len(block) - len(block.lstrip("#"))
    size = {0: 10.5, 1: 20.0}.get(level, 14.0)
    width = 88 if level == 0 else 50
    lines = textwrap.wrap(block.lstrip("# ").replace("\n", " "), width)
    return [(line, size) for line in lines] + [("", size)]


def draw_page(canvas: "skia.Canvas", lines: list[tuple[str, float]], number: int) -> None:
    """Draw one page with its running head and page number, which nobody should read aloud."""
    paint = skia.Paint(Color=skia.ColorBLACK, AntiAlias=True)
    small = exact(8)
    canvas.drawString("The Harbour Almanac", MARGIN, 36, small, paint)
    canvas.drawString(f"Page {number}", PAGE[0] / 2, PAGE[1] - 30, small, paint)
    for position, (line, size) in enumerate(lines):
        canvas.drawString(line, MARGIN, 70 + position * 15, exact(size), paint)


def exact(size: float) -> "skia.Font":
    """The face without rounding to pixels, which would tear letters apart on paper."""
    font = skia.Font(FACE, size)
    font.setSubpixel(True)
    font.setLinearMetrics(True)
    font.setHinting(skia.FontHinting.kNone)
    return font
