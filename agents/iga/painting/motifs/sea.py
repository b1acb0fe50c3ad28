"""Rows of scalloped waves under a large moon, and a small boat."""

from random import Random

import skia

from agents.iga.painting.brush import (
    Frame,
    Palette,
    draw_ground,
    draw_sun,
    fill,
    mix,
    palette,
    stroke,
)  # fmt: skip

PALETTES = [
    palette("#0d2a4a", "#6d9fb8", "#f4fbff", "#5fa3b8 #357f9f #1f5d86 #103f68 #0a2a4c", "#fdf0cf"),
    palette("#fdebd8", "#f6bfa0", "#22304f", "#8bb8bd #5893a6 #33708c #1d4f70 #123853", "#f2704f"),
    palette("#0b3a3f", "#7cc0a7", "#f3fdf6", "#6fb7a5 #3f9490 #24737a #12525f #0a3846", "#ffe9b0"),
]


def paint(canvas: skia.Canvas, frame: Frame, colors: Palette, chance: Random) -> None:
    """Paint the family's picture."""
    draw_ground(canvas, frame, colors)
    x = frame.middle + frame.unit * chance.uniform(-60, 120)
    draw_sun(canvas, x, frame.horizon * 1.09, 118 * frame.unit, colors.accent, 2.7)
    rows = 9
    top = frame.horizon * 1.1
    for row in range(rows):
        share = row / (rows - 1)
        y = top + (frame.height * 1.04 - top) * share
        if row == 2:
            _draw_boat(
                canvas, frame, colors, frame.width * chance.uniform(0.2, 0.42), y + 4 * frame.unit
            )
        place = share * (len(colors.layers) - 1)
        first = min(int(place), len(colors.layers) - 2)
        color = mix(colors.layers[first], colors.layers[first + 1], place - first)
        _draw_row(canvas, frame, colors, y, frame.unit * (44 + 62 * share), color, row % 2)


def _draw_row(
    canvas: skia.Canvas, frame: Frame, colors: Palette, y: float, size: float, color: int, odd: int
) -> None:
    """Half circles side by side, each with rings inside."""
    below = skia.Rect.MakeLTRB(0, y + size * 0.4, frame.width, frame.height)
    canvas.drawRect(below, fill(color))
    x = -size if odd else 0.0
    foam = mix(color, colors.ink if colors.dark else 0xFFFFFFFF, 0.5)
    while x < frame.width + size:
        center = y + size * 0.5
        canvas.drawCircle(x, center, size, fill(color))
        for ring, strength in ((0.97, 0.9), (0.72, 0.5), (0.46, 0.3)):
            box = skia.Rect.MakeLTRB(
                x - size * ring, center - size * ring, x + size * ring, center + size * ring
            )
            canvas.drawArc(box, 180, 180, False, stroke(foam, size * 0.045, strength))
        x += size * 2


def _draw_boat(canvas: skia.Canvas, frame: Frame, colors: Palette, x: float, y: float) -> None:
    unit = frame.unit
    sail = mix(colors.accent, 0xFFFFFFFF, 0.5)
    for points, color in (
        ([(2, -128), (2, -26), (66, -26)], sail),
        ([(-4, -112), (-4, -26), (-46, -26)], mix(sail, colors.bottom, 0.35)),
        ([(-62, -18), (74, -18), (48, 14), (-40, 14)], colors.layers[-1]),
    ):
        path = skia.Path()
        path.addPoly([skia.Point(x + px * unit, y + py * unit) for px, py in points], True)
        canvas.drawPath(path, fill(color))
    canvas.drawLine(x, y - 136 * unit, x, y - 16 * unit, stroke(colors.layers[-1], 3.4 * unit))
