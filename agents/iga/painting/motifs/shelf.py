"""A shelf of books, and above it the glow of a reading lamp."""

from random import Random

import skia

from agents.iga.painting.brush import (
    Frame,
    Palette,
    draw_ground,
    fill,
    glow,
    mix,
    palette,
    shade,
    stroke,
    veil,
)  # fmt: skip

PALETTES = [
    palette("#f5ead2", "#e6cf9f", "#3a2618", "#7a3b2e #a8652f #2f5d62 #8a7f4a #45304f", "#c9952f"),
    palette("#1f2a2e", "#4b3a2c", "#fbf1dc", "#b5533c #d9953f #4f8a86 #8f5f7a #6f7f4f", "#ffd27a"),
    palette("#f3e6e0", "#dfbdb0", "#3b1f2f", "#93354d #d07a4f #37606f #705283 #5f7f5f", "#b98a3d"),
]


def paint(canvas: skia.Canvas, frame: Frame, colors: Palette, chance: Random) -> None:
    """Paint the family's picture."""
    draw_ground(canvas, frame, colors)
    x, y = frame.middle, frame.height * 0.66
    radius = frame.unit * 620
    canvas.drawCircle(
        x, y, radius, glow(x, y, radius, [veil(colors.accent, 0.5), veil(colors.accent, 0)])
    )
    floor = frame.height * 0.9
    place = -10 * frame.unit
    while place < frame.width:
        if chance.random() < 0.11:
            place = _draw_leaning(canvas, frame, colors, chance, place, floor)
        else:
            wide = frame.unit * chance.uniform(26, 62)
            tall = frame.height * chance.uniform(0.2, 0.31)
            _draw_book(canvas, frame, colors, chance, place, floor, wide, tall)
            place += wide + 1.5 * frame.unit
    board = mix(colors.layers[1], 0xFF1A0E08, 0.55)
    canvas.drawRect(
        skia.Rect.MakeLTRB(0, floor, frame.width, frame.height),
        shade((0, floor), (0, frame.height), [board, mix(board, 0xFF000000, 0.35)]),
    )
    canvas.drawRect(
        skia.Rect.MakeXYWH(0, floor, frame.width, 6 * frame.unit),
        fill(mix(board, colors.accent, 0.35)),
    )


def _draw_book(
    canvas: skia.Canvas, frame: Frame, colors: Palette, chance: Random, x: float, floor: float,
    wide: float, tall: float,
) -> None:  # fmt: skip
    """A spine with bands and a label, rounded by a shadow at its edges."""
    color = mix(chance.choice(colors.layers), colors.bottom, chance.uniform(0, 0.22))
    top = floor - tall
    box = skia.Rect.MakeLTRB(x, top, x + wide, floor)
    canvas.drawRoundRect(box, 4 * frame.unit, 4 * frame.unit, fill(color))
    dark = mix(color, 0xFF000000, 0.5)
    edge = [veil(dark, 0.75), veil(dark, 0), veil(0xFFFFFFFF, 0.12), veil(dark, 0), veil(dark, 0.8)]
    canvas.drawRoundRect(box, 4 * frame.unit, 4 * frame.unit, shade((x, 0), (x + wide, 0), edge))
    gold = mix(colors.accent, 0xFFFFF3D0, 0.25)
    for share in (0.08, 0.115, 0.86, 0.895):
        line = top + tall * share
        canvas.drawLine(
            x + 3 * frame.unit,
            line,
            x + wide - 3 * frame.unit,
            line,
            stroke(gold, 2.4 * frame.unit, 0.85),
        )
    if wide > 36 * frame.unit:
        label = skia.Rect.MakeXYWH(x + wide * 0.2, top + tall * 0.24, wide * 0.6, tall * 0.3)
        canvas.drawRoundRect(label, 3 * frame.unit, 3 * frame.unit, fill(gold, 0.8))


def _draw_leaning(
    canvas: skia.Canvas, frame: Frame, colors: Palette, chance: Random, x: float, floor: float
) -> float:
    """A book that leans against its neighbour; returns where the next one stands."""
    wide, tall = 40 * frame.unit, frame.height * 0.24
    angle = 13.0
    lean = tall * 0.225
    canvas.save()
    canvas.rotate(-angle, x + lean + wide, floor)
    _draw_book(canvas, frame, colors, chance, x + lean, floor, wide, tall)
    canvas.restore()
    return x + lean + wide + 3 * frame.unit
