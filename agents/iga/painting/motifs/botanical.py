"""Leaves and blossoms that grow in from the lower corners before a large sun."""

from math import cos, pi, radians, sin
from random import Random

import skia

from agents.iga.painting.brush import (
    Frame,
    Palette,
    draw_ground,
    fill,
    mix,
    palette,
    path_through,
    stroke,
)  # fmt: skip

PALETTES = [
    palette("#f6f0e0", "#e9dcc0", "#1f3a2c", "#8fae7c #5f8f66 #33694f #1d4a3a", "#e8835a"),
    palette("#12332b", "#2c5b45", "#f6f3df", "#c6cf8f #86b078 #4f8a66 #245443", "#f2b457"),
    palette("#fbe7df", "#f5c6b4", "#4a2237", "#9bb08c #6d8f7a #47705f #30503f", "#d8476a"),
]


def paint(canvas: skia.Canvas, frame: Frame, colors: Palette, chance: Random) -> None:
    """Paint the family's picture."""
    draw_ground(canvas, frame, colors)
    y = frame.height * 0.76
    canvas.drawCircle(
        frame.middle, y, 245 * frame.unit, fill(mix(colors.accent, colors.bottom, 0.25))
    )
    canvas.drawCircle(frame.middle, y, 205 * frame.unit, fill(colors.accent))
    for index, color in enumerate(colors.layers):
        for side in (0, 1):
            _draw_branch(canvas, frame, color, colors, chance, side, index)
    for _ in range(3):
        x = frame.width * chance.choice((chance.uniform(0.05, 0.3), chance.uniform(0.72, 0.95)))
        _draw_blossom(canvas, frame, colors, chance, x, frame.height * chance.uniform(0.74, 0.95))


def _draw_branch(
    canvas: skia.Canvas, frame: Frame, color: int, colors: Palette, chance: Random, side: int,
    index: int,
) -> None:  # fmt: skip
    """A stem that bends inwards, with leaves left and right of it."""
    root = frame.width * (chance.uniform(0.5, 0.98) if side else chance.uniform(0.02, 0.5))
    tall = frame.height * (0.40 - 0.055 * index) * chance.uniform(0.8, 1.05)
    lean = (frame.width * 0.5 - root) * chance.uniform(0.1, 0.5) + frame.unit * chance.uniform(
        -60, 60
    )
    stem = [(root + lean * (t / 12) ** 2, frame.height * 1.02 - tall * (t / 12)) for t in range(13)]
    canvas.drawPath(path_through(stem), stroke(color, 5 * frame.unit))
    for step in range(2, 13):
        x, y = stem[step]
        ahead = stem[min(step, 11) + 1 if step < 12 else 12]
        size = frame.unit * (92 - 4.6 * step) * (1.1 - 0.1 * index)
        slope = (ahead[0] - x) / max(size, 1)
        for sign in (-1, 1):
            angle = 90 - sign * (58 - 2.6 * step) - 30 * slope
            _draw_leaf(canvas, x, y, size, angle, color, mix(color, colors.top, 0.35))
    _draw_leaf(canvas, *stem[-1], 60 * frame.unit, 90, color, mix(color, colors.top, 0.35))


def _draw_leaf(
    canvas: skia.Canvas, x: float, y: float, size: float, angle: float, color: int, vein: int
) -> None:
    """A leaf that starts at a point; the angle is counted from the right, upwards."""
    dx, dy = cos(radians(angle)), -sin(radians(angle))
    tip = (x + dx * size, y + dy * size)
    belly = size * 0.3
    path = skia.Path()
    path.moveTo(x, y)
    path.quadTo(x + dx * size * 0.45 - dy * belly, y + dy * size * 0.45 + dx * belly, *tip)
    path.quadTo(x + dx * size * 0.45 + dy * belly, y + dy * size * 0.45 - dx * belly, x, y)
    canvas.drawPath(path, fill(color))
    canvas.drawLine(x, y, x + dx * size * 0.8, y + dy * size * 0.8, stroke(vein, size * 0.02, 0.6))


def _draw_blossom(
    canvas: skia.Canvas, frame: Frame, colors: Palette, chance: Random, x: float, y: float
) -> None:
    petals = chance.choice((5, 6, 8))
    size = frame.unit * chance.uniform(34, 52)
    turn = chance.uniform(0, pi)
    pale = mix(colors.accent, 0xFFFFFFFF, 0.55)
    for petal in range(petals):
        angle = turn + 2 * pi * petal / petals
        px, py = x + cos(angle) * size * 0.62, y + sin(angle) * size * 0.62
        canvas.drawCircle(
            px, py, size * 0.42, fill(pale if petal % 2 else mix(pale, colors.accent, 0.2))
        )
    canvas.drawCircle(x, y, size * 0.34, fill(mix(colors.accent, colors.layers[-1], 0.25)))
