"""Mountains in layers, a low sun, mist between them."""

from itertools import pairwise
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
    shade,
    spread,
    stroke,
)  # fmt: skip

PALETTES = [
    palette("#16559f", "#c9e4f5", "#ffffff", "#9cc3dd #6a9cbf #3d7396 #1d4a66", "#fff3c9"),
    palette("#262750", "#f0a07c", "#fff4e2", "#8a6a92 #63508a #43396f #272650", "#ffd79a"),
    palette("#f8ead3", "#f3b98a", "#40293a", "#d59a7d #a97064 #75505b #41343f", "#fffaf0"),
    palette("#dfeef2", "#b5d5dc", "#0f3040", "#8dbac5 #5d97a6 #356b7d #163f4f", "#ffffff"),
    palette("#0f3d4a", "#e9b872", "#fdf3df", "#3f7f82 #2a6268 #1b4850 #0d3039", "#ffe3a8"),
]


def paint(canvas: skia.Canvas, frame: Frame, colors: Palette, chance: Random) -> None:
    """Paint the family's picture."""
    draw_ground(canvas, frame, colors)
    x = frame.width * chance.uniform(0.58, 0.8)
    draw_sun(canvas, x, frame.horizon * 1.04, 92 * frame.unit, colors.accent, 3.4)
    _draw_birds(canvas, frame, colors, chance)
    count = len(colors.layers)
    for index, color in enumerate(colors.layers):
        base = frame.horizon + (frame.height - frame.horizon) * (0.16 + 0.66 * index / count)
        rough = (0.16, 0.12, 0.08, 0.05)[min(index, 3)] * frame.height
        ridge = _ridge(frame, base, rough, chance, peaks=3 + index)
        _draw_layer(canvas, frame, ridge, color, mix(color, colors.bottom, 0.35 - 0.08 * index))
        if index == count - 1:
            _draw_pines(canvas, frame, ridge, color, chance)


def _ridge(
    frame: Frame, base: float, rough: float, chance: Random, peaks: int
) -> list[tuple[float, float]]:
    """A skyline by halving: each middle point is moved by less and less."""
    heights = [base - rough * chance.uniform(-0.3, 1.0) for _ in range(peaks + 1)]
    while len(heights) < 200:
        rough *= 0.52
        between = [(a + b) / 2 + rough * chance.uniform(-0.5, 0.5) for a, b in pairwise(heights)]
        heights = [h for pair in zip(heights, between, strict=False) for h in pair] + heights[-1:]
    step = frame.width / (len(heights) - 1)
    return [(index * step, height) for index, height in enumerate(heights)]


def _draw_layer(
    canvas: skia.Canvas, frame: Frame, ridge: list[tuple[float, float]], color: int, mist: int
) -> None:
    path = skia.Path()
    path.addPoly([skia.Point(*point) for point in ridge], False)
    path.lineTo(frame.width, frame.height)
    path.lineTo(0, frame.height)
    path.close()
    top = min(y for _, y in ridge)
    canvas.drawPath(path, shade((0, top), (0, top + 0.34 * frame.height), [color, mist]))


def _draw_pines(
    canvas: skia.Canvas, frame: Frame, ridge: list[tuple[float, float]], color: int, chance: Random
) -> None:
    dark = fill(mix(color, 0xFF000000, 0.25))
    for place in spread(chance, 0, len(ridge) - 1, 26):
        if chance.random() < 0.25:
            continue
        x, y = ridge[int(place)]
        tall = frame.unit * chance.uniform(38, 92)
        for tier in range(4):
            wide = tall * (0.09 + 0.055 * tier)
            top = y - tall + tall * 0.22 * tier
            path = skia.Path()
            path.addPoly(
                [
                    skia.Point(x, top),
                    skia.Point(x + wide, top + tall * 0.36),
                    skia.Point(x - wide, top + tall * 0.36),
                ],
                True,
            )
            canvas.drawPath(path, dark)
        canvas.drawRect(
            skia.Rect.MakeXYWH(x - tall * 0.02, y - 0.1 * tall, tall * 0.04, tall * 0.3), dark
        )


def _draw_birds(canvas: skia.Canvas, frame: Frame, colors: Palette, chance: Random) -> None:
    pen = stroke(colors.layers[-1], 2.6 * frame.unit, 0.75)
    x, y = frame.width * chance.uniform(0.12, 0.3), frame.horizon * 0.9
    for _ in range(5):
        bx, by = x + frame.unit * chance.uniform(0, 190), y + frame.unit * chance.uniform(-30, 45)
        span = frame.unit * chance.uniform(9, 17)
        path = skia.Path()
        path.moveTo(bx - span, by - span * 0.45)
        path.quadTo(bx - span * 0.35, by - span * 0.5, bx, by)
        path.quadTo(bx + span * 0.35, by - span * 0.5, bx + span, by - span * 0.45)
        canvas.drawPath(path, pen)
