"""A comb of hexagons that glows from within."""

from math import cos, hypot, pi, sin
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
    palette("#fdf0cf", "#f6c75f", "#3d2408", "#f2a922 #e0861a #b85f12 #7d3d0e", "#fff4cc"),
    palette("#2a1708", "#6d3f0f", "#fff3d6", "#ffc247 #ea9420 #b9640f #6b3509", "#fff0b8"),
    palette("#e9f3ef", "#a9d4c6", "#10352f", "#6fbfa8 #3f9a8c #1f7372 #134f57", "#fffbe6"),
]


def paint(canvas: skia.Canvas, frame: Frame, colors: Palette, chance: Random) -> None:
    """Paint the family's picture."""
    draw_ground(canvas, frame, colors)
    x, y = frame.middle, frame.height * 0.86
    size = 62 * frame.unit
    radius = 760 * frame.unit
    canvas.drawCircle(
        x, y, radius, glow(x, y, radius, [veil(colors.accent, 0.65), veil(colors.accent, 0)])
    )
    rows = int(frame.height / (size * 1.5)) + 2
    columns = int(frame.width / (size * 1.74)) + 2
    for row in range(rows):
        for column in range(-1, columns):
            cx = column * size * 1.74 + (size * 0.87 if row % 2 else 0)
            cy = frame.height - row * size * 1.5 + size * 0.4
            near = 1 - hypot(cx - x, (cy - y) * 1.25) / (0.62 * frame.width)
            if cy > frame.horizon + size * 0.6 and near > chance.uniform(0.0, 0.5):
                _draw_cell(canvas, frame, colors, chance, cx, cy, size * 0.94, near)


def _corners(x: float, y: float, size: float) -> skia.Path:
    path = skia.Path()
    path.addPoly(
        [skia.Point(x + size * sin(pi * k / 3), y + size * cos(pi * k / 3)) for k in range(6)], True
    )
    return path


def _draw_cell(
    canvas: skia.Canvas, frame: Frame, colors: Palette, chance: Random, x: float, y: float,
    size: float, near: float,
) -> None:  # fmt: skip
    tone = colors.layers[min(3, int(chance.random() ** 0.8 * 4))]
    light = mix(tone, colors.accent, 0.35 * max(0.0, near))
    canvas.drawPath(_corners(x, y, size), fill(mix(colors.layers[3], colors.bottom, 0.2)))
    paint_ = shade((x, y - size), (x, y + size), [light, mix(tone, colors.layers[3], 0.35)])
    canvas.drawPath(_corners(x, y, size * 0.88), paint_)
    if chance.random() < 0.28:
        shine = skia.Rect.MakeLTRB(x - size * 0.5, y - size * 0.5, x + size * 0.5, y + size * 0.5)
        canvas.drawArc(shine, 200, 80, False, stroke(colors.accent, 6 * frame.unit, 0.7))
