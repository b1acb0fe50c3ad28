"""A double helix among drifting cells."""

from math import cos, pi, sin
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
    path_through,
    stroke,
    veil,
)  # fmt: skip

PALETTES = [
    palette("#fdeee8", "#f6c9c0", "#4a1a2c", "#e8788a #c9496f #7a4fa0 #3f6fb0", "#f2a65a"),
    palette("#06262e", "#0f5a5c", "#effdf8", "#59d0b0 #2f9fb0 #7f8fe0 #e58fb0", "#ffd98a"),
    palette("#eef0fb", "#c5cdf0", "#1f2350", "#6f86dc #4a5fc0 #c0599a #3fa0a0", "#f08a5a"),
]


def paint(canvas: skia.Canvas, frame: Frame, colors: Palette, chance: Random) -> None:
    """Paint the family's picture."""
    draw_ground(canvas, frame, colors)
    for _ in range(15):
        _draw_cell(canvas, frame, colors, chance)
    canvas.save()
    canvas.rotate(-17, frame.width / 2, frame.height * 0.76)
    _draw_helix(canvas, frame, colors)
    canvas.restore()


def _draw_cell(canvas: skia.Canvas, frame: Frame, colors: Palette, chance: Random) -> None:
    x, y = frame.width * chance.random(), frame.height * chance.uniform(0.55, 1.02)
    size = frame.unit * chance.uniform(34, 116)
    color = chance.choice(colors.layers)
    canvas.drawCircle(x, y, size, glow(x, y, size, [veil(color, 0.12), veil(color, 0.34)]))
    canvas.drawCircle(x, y, size, stroke(color, 3 * frame.unit, 0.45))
    offset = size * chance.uniform(-0.25, 0.25)
    canvas.drawCircle(x + offset, y - offset, size * 0.3, fill(color, 0.5))


def _draw_helix(canvas: skia.Canvas, frame: Frame, colors: Palette) -> None:
    """Two strands half a turn apart; where one is behind, it is thinner and paler."""
    axis, high = frame.height * 0.76, 118 * frame.unit
    turn = 2 * pi / (430 * frame.unit)
    start, end = -0.2 * frame.width, 1.2 * frame.width
    steps = 220
    places = [start + (end - start) * i / steps for i in range(steps + 1)]
    for rung, index in enumerate(range(0, steps, 3)):
        x = places[index]
        phase = x * turn
        first, second = axis + high * sin(phase), axis - high * sin(phase)
        color = colors.layers[rung % len(colors.layers)]
        near = 0.5 + 0.5 * abs(sin(phase))
        canvas.drawLine(x, first, x, axis, stroke(color, 7 * frame.unit * near, 0.85))
        other = colors.layers[(rung + 2) % len(colors.layers)]
        canvas.drawLine(x, axis, x, second, stroke(other, 7 * frame.unit * near, 0.85))
    for sign in (1, -1):
        for index in range(0, steps, 2):
            part = places[index : index + 4]
            depth = sign * cos(part[0] * turn)
            tone = colors.layers[0 if sign > 0 else 3]
            shown = mix(tone, colors.bottom, 0.28 * (1 - depth))
            points = [(x, axis + sign * high * sin(x * turn)) for x in part]
            if len(points) > 2:
                canvas.drawPath(path_through(points), stroke(shown, frame.unit * (15 + 6 * depth)))
    for index in range(0, steps, 3):
        x = places[index]
        for sign in (1, -1):
            y = axis + sign * high * sin(x * turn)
            canvas.drawCircle(x, y, 6 * frame.unit, fill(colors.accent, 0.95))
