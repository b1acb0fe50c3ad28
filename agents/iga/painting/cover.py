"""A whole cover: ground and motif, and the title where it can be read, or room for it."""

from dataclasses import dataclass
from random import Random

import skia

from agents.iga.letters import Ink, Lettering
from agents.iga.painting.brush import (
    Frame,
    Palette,
    contrast,
    palette,
    rgb,
    shade,
    stroke,
    veil,
)
from agents.iga.painting.choice import choose_family, choose_palette, seed_of
from agents.iga.painting.lettering import Setting, lettering, tidy
from agents.iga.painting.motifs import MOTIFS

WORDMARK = "AETHERCAST"
_ENOUGH_CONTRAST = 4.5
INKS: dict[Ink, int] = {"light": rgb("#f1ece2"), "dark": rgb("#1b1a17")}
"""The least light and the least dark ink in which a page may set a title on a cover."""
_STRENGTHS = (0.0, 0.35, 0.55, 0.75, 0.9)
"""Of the veil, one laid over the other."""
_SPARED = 0.05
"""The share of a painted title's ground that may be worse: letters hide it."""
_QUALITY = 88
_ON_PICTURES = palette("#10131c", "#10131c", "#ffffff", "#10131c", "#ffffff")


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Cover:
    """A finished picture, as JPEG; ``contrast`` is that of the title's ink with its ground.

    ``ink`` says whether light or dark letters can be read on it.
    """

    data: bytes
    family: str
    contrast: float
    lines: tuple[str, ...]
    ink: Ink


def paint_cover(
    prompt: str, title: str, width: int, height: int, lettering: Lettering = "set"
) -> Cover:
    """Paint a cover. The same words give the same picture.

    Where there is to be ``room``, no letter is on it, and the whole of its upper part
    (:func:`room_of`) can bear a title in its ink.
    """
    family = choose_family(prompt, title)
    motif, palettes = MOTIFS[family]
    chance = Random(seed_of(prompt))
    colors = choose_palette(palettes, title, chance)
    frame = Frame(width, height)
    surface = skia.Surface(width, height)
    canvas = surface.getCanvas()
    canvas.save()
    if lettering == "room":
        _vary(canvas, frame, Random(chance.random()))
    motif(canvas, frame, colors, chance)
    canvas.restore()
    return _finish(surface, frame, colors, title, family, lettering)


def _vary(canvas: skia.Canvas, frame: Frame, chance: Random) -> None:
    """Let pictures of one family that stand side by side differ: as in a mirror or not, from afar
    or near. What stands at the lower edge stays there, so that the room above stays quiet."""
    across = -1 if chance.random() < 0.5 else 1
    near = chance.choice((1.0, 1.05, 1.1))
    pivot = frame.width * chance.choice((0.35, 0.5, 0.65))
    canvas.translate(pivot if across > 0 else frame.width - pivot, frame.height)
    canvas.scale(across * near, near)
    canvas.translate(-pivot, -frame.height)


def letter_picture(
    picture: bytes, title: str, width: int, height: int, lettering: Lettering = "set"
) -> Cover:
    """Set a title on a picture that somebody else made, cut to the size asked; or make room.

    Raises:
        ValueError: it is no picture.
    """
    image = skia.Image.MakeFromEncoded(skia.Data.MakeWithCopy(picture))
    if image is None:
        raise ValueError("These bytes are no picture.")
    surface = skia.Surface(width, height)
    scale = max(width / image.width(), height / image.height())
    across, down = image.width() * scale, image.height() * scale
    place = skia.Rect.MakeXYWH((width - across) / 2, (height - down) / 2, across, down)
    surface.getCanvas().drawImageRect(
        image, place, skia.SamplingOptions(skia.CubicResampler.Mitchell())
    )
    return _finish(surface, Frame(width, height), _ON_PICTURES, title, "picture", lettering)


def _finish(
    surface: skia.Surface, frame: Frame, colors: Palette, title: str, family: str,
    lettering: Lettering,
) -> Cover:  # fmt: skip
    ink: Ink = "light" if colors.dark else "dark"
    lines: tuple[str, ...] = ()
    if lettering == "room":
        readable = _make_room(surface, frame, colors, INKS[ink])
    else:
        readable, lines = _set_title(surface, frame, colors, title)
        _set_wordmark(surface.getCanvas(), frame, colors.ink)
    data = surface.makeImageSnapshot().encodeToData(skia.kJPEG, _QUALITY)
    return Cover(bytes(data), family, readable, lines, ink)


def room_of(width: float, height: float) -> Box:
    """The part of a picture without letters where a page may set a title: above its middle."""
    return Box(0.05 * width, 0.05 * height, 0.9 * width, 0.42 * height)


def _make_room(surface: skia.Surface, frame: Frame, colors: Palette, ink: int) -> float:
    """Veil the upper part until every spot of it bears the ink; returns the contrast."""
    room = room_of(frame.width, frame.height)
    readable = 0.0
    for strength in _STRENGTHS:
        if strength:
            tints = [veil(colors.top, strength)] * 4 + [veil(colors.top, 0)]
            paint = shade((0, 0), (0, 0.6 * frame.height), tints)
            surface.getCanvas().drawRect(skia.Rect.MakeWH(frame.width, frame.height), paint)
        readable = _worst_contrast(surface, ink, room, spared=0.0, tiles=48)
        if readable >= _ENOUGH_CONTRAST:
            break
    return readable


def _set_title(
    surface: skia.Surface, frame: Frame, colors: Palette, title: str
) -> tuple[float, tuple[str, ...]]:
    """Draw the title; returns its contrast and lines. Without shapes for its letters, none."""
    text = tidy(title)
    if not text or not lettering().can_set(text):
        return 21.0, ()
    box = _title_box(frame)
    unit = frame.unit
    setting = lettering().fit(text, box.width, box.height, 148 * unit, 40 * unit)
    area = Box(box.left, box.top, setting.width, setting.height)
    readable = _ensure_contrast(surface, frame, colors, area)
    _draw_lines(surface.getCanvas(), setting, area, colors.ink)
    return readable, setting.lines


def _title_box(frame: Frame) -> Box:
    if frame.wide:
        return Box(0.06 * frame.width, 0.17 * frame.height, 0.55 * frame.width, 0.38 * frame.height)
    top = 0.075 * frame.width + 56 * frame.unit
    return Box(0.075 * frame.width, top, 0.85 * frame.width, 0.455 * frame.height - top)


def _draw_lines(canvas: skia.Canvas, setting: Setting, box: Box, color: int) -> None:
    step = setting.height / max(len(setting.lines), 1)
    for index, line in enumerate(setting.lines):
        shaped = lettering().shape(line, setting.size, color)
        offset = setting.size - shaped.AlphabeticBaseline
        shaped.paint(canvas, box.left - 0.03 * setting.size, box.top + index * step + offset * 0.9)


def _ensure_contrast(surface: skia.Surface, frame: Frame, colors: Palette, box: Box) -> float:
    """Lay a veil of the ground's colour under the title until every part of it can be read."""
    for strength in _STRENGTHS:
        if strength:
            _draw_veil(surface.getCanvas(), frame, colors, strength)
        readable = _worst_contrast(surface, colors.ink, box, spared=_SPARED, tiles=24)
        if readable >= _ENOUGH_CONTRAST:
            break
    return readable


def _draw_veil(canvas: skia.Canvas, frame: Frame, colors: Palette, strength: float) -> None:
    ground = colors.top
    tints = [veil(ground, strength), veil(ground, strength * 0.8), veil(ground, 0)]
    end = (0.8 * frame.width, 0.0) if frame.wide else (0.0, 0.52 * frame.height)
    canvas.drawRect(skia.Rect.MakeWH(frame.width, frame.height), shade((0, 0), end, tints))


def _worst_contrast(
    surface: skia.Surface, ink: int, box: Box, *, spared: float, tiles: int
) -> float:
    """The contrast of the ink with the least favourable ground below it, but for a share."""
    small = skia.Surface(tiles, tiles)
    small.getCanvas().drawImageRect(
        surface.makeImageSnapshot(),
        skia.Rect.MakeXYWH(box.left, box.top, box.width, box.height),
        skia.Rect.MakeWH(tiles, tiles),
        skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear),
    )
    pixels = small.makeImageSnapshot().toarray(colorType=skia.kRGBA_8888_ColorType)
    found = sorted(
        contrast(ink, 0xFF000000 | int(r) << 16 | int(g) << 8 | int(b))
        for r, g, b, _ in pixels.reshape(-1, 4)
    )
    return float(found[int(spared * len(found))])


def _set_wordmark(canvas: skia.Canvas, frame: Frame, ink: int) -> None:
    """Five bars and the name, small, above the title."""
    unit, box = frame.unit, _title_box(frame)
    x, y = box.left, box.top - 34 * unit
    for bar, tall in enumerate((8, 17, 26, 13, 20)):
        across = x + (bar * 8 + 2) * unit
        middle = y - 8 * unit
        pen = stroke(ink, 4 * unit, 0.9)
        canvas.drawLine(across, middle - tall * unit / 2, across, middle + tall * unit / 2, pen)
    word = lettering().shape(WORDMARK, 22 * unit, veil(ink, 0.9), sans=True, spacing=5.5 * unit)
    word.paint(canvas, x + 50 * unit, y - word.AlphabeticBaseline)
