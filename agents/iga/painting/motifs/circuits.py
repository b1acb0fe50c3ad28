"""Traces on a board that run to a chip and end in bright points."""

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
    stroke,
    veil,
)  # fmt: skip

PALETTES = [
    palette("#071a2b", "#0c3a4f", "#eafaff", "#1b6f86 #2aa3a8 #6fe0c4", "#ffcf6b"),
    palette("#1a0f2e", "#3a1d5c", "#f6efff", "#6a3fa0 #a256d6 #f07fc3", "#ffd66e"),
    palette("#f1f4ee", "#d6e2d4", "#13302a", "#9fc0ae #4f957f #1f6a5c", "#ef6a3a"),
]


def paint(canvas: skia.Canvas, frame: Frame, colors: Palette, chance: Random) -> None:
    """Paint the family's picture."""
    draw_ground(canvas, frame, colors)
    step = 34 * frame.unit
    x = round(frame.middle / step) * step
    y = round(frame.height * 0.79 / step) * step
    _draw_grid(canvas, frame, colors, step)
    half = 4 * step
    for side in range(4):
        for pin in range(-3, 4):
            _draw_trace(canvas, frame, colors, chance, x, y, half, step, side, pin)
    _draw_chip(canvas, frame, colors, x, y, half)


def _draw_grid(canvas: skia.Canvas, frame: Frame, colors: Palette, step: float) -> None:
    rows, columns = int(frame.height / step) + 1, int(frame.width / step) + 1
    for row in range(rows):
        y = row * step
        strength = 0.04 + 0.30 * max(0.0, y / frame.height - 0.3)
        for column in range(columns):
            canvas.drawCircle(column * step, y, 1.7 * frame.unit, fill(colors.layers[1], strength))


def _draw_trace(
    canvas: skia.Canvas, frame: Frame, colors: Palette, chance: Random, x: float, y: float,
    half: float, step: float, side: int, pin: int,
) -> None:  # fmt: skip
    """Straight out, a bend of 45 degrees, straight on, and a point at the end."""
    out = ((1, 0), (0, 1), (-1, 0), (0, -1))[side]
    across = (-out[1], out[0])
    px, py = x + out[0] * half + across[0] * pin * step, y + out[1] * half + across[1] * pin * step
    up = side == 3
    first = step * (1 + (3 - abs(pin)) * (0.5 if up else 1) + chance.randrange(2))
    bend = step * chance.randrange(1, 3 if up else 6) * (1 if pin >= 0 else -1)
    last = step * chance.randrange(1, 2 if up else 7)
    points = [
        (px, py),
        (px + out[0] * first, py + out[1] * first),
        (
            px + out[0] * (first + abs(bend)) + across[0] * bend,
            py + out[1] * (first + abs(bend)) + across[1] * bend,
        ),
    ]
    points.append((points[-1][0] + out[0] * last, points[-1][1] + out[1] * last))
    color = chance.choice(colors.layers)
    path = skia.Path()
    path.addPoly([skia.Point(*point) for point in points], False)
    canvas.drawPath(path, stroke(color, 5 * frame.unit, 0.9))
    bright = chance.random() < 0.4
    _draw_node(canvas, frame, colors, points[-1], colors.accent if bright else color, bright)


def _draw_node(
    canvas: skia.Canvas, frame: Frame, colors: Palette, place: tuple[float, float], color: int,
    bright: bool,
) -> None:  # fmt: skip
    x, y = place
    size = 11 * frame.unit
    if bright:
        canvas.drawCircle(x, y, size * 4, glow(x, y, size * 4, [veil(color, 0.5), veil(color, 0)]))
    canvas.drawCircle(x, y, size, fill(color))
    canvas.drawCircle(x, y, size * 0.5, fill(colors.top))


def _draw_chip(
    canvas: skia.Canvas, frame: Frame, colors: Palette, x: float, y: float, half: float
) -> None:
    glow_paint = glow(x, y, half * 2.4, [veil(colors.layers[2], 0.42), veil(colors.layers[2], 0)])
    canvas.drawCircle(x, y, half * 2.4, glow_paint)
    body = mix(colors.layers[0], colors.top if colors.dark else colors.ink, 0.55)
    for share, color, round_ in ((1.0, body, 26), (0.8, mix(body, colors.layers[1], 0.28), 18)):
        side = half * share
        box = skia.Rect.MakeLTRB(x - side, y - side, x + side, y + side)
        canvas.drawRoundRect(box, round_ * frame.unit, round_ * frame.unit, fill(color))
    for bar, tall in enumerate((0.3, 0.62, 1.0, 0.5, 0.8, 0.4)):
        across = x + (bar - 2.5) * half * 0.2
        high = half * 0.42 * tall
        canvas.drawLine(across, y - high, across, y + high, stroke(colors.accent, 9 * frame.unit))
