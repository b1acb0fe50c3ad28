"""A bundle of sound waves that swells across the picture, over the keys of a piano."""

from math import exp, pi, sin
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
    path_through,
    stroke,
)  # fmt: skip

PALETTES = [
    palette("#1b1436", "#53245e", "#fff0f4", "#ff9a76 #f0598b #a14fc4 #5f6ff2", "#ffd08a"),
    palette("#fbf1e4", "#f6d5bd", "#33203a", "#e4644b #c43c6a #7a3a86 #35408f", "#f29a4a"),
    palette("#06272f", "#0f5257", "#effcf6", "#f5d06b #62d1a8 #2fa7b5 #5f86d8", "#ffe9a6"),
]


def paint(canvas: skia.Canvas, frame: Frame, colors: Palette, chance: Random) -> None:
    """Paint the family's picture."""
    draw_ground(canvas, frame, colors)
    axis = frame.height * (0.64 if frame.wide else 0.69)
    sun = frame.middle + chance.uniform(-60, 330) * frame.unit
    draw_sun(canvas, sun, axis, chance.uniform(75, 135) * frame.unit, colors.accent, 2.2)
    _draw_bundle(canvas, frame, colors, chance, axis)
    _draw_keys(canvas, frame, colors)


def _draw_bundle(
    canvas: skia.Canvas, frame: Frame, colors: Palette, chance: Random, axis: float
) -> None:
    lines = 30
    swell = chance.uniform(0.5, 0.7)
    turns = chance.uniform(2.2, 3.2)
    for index in range(lines):
        share = index / (lines - 1)
        place = share * (len(colors.layers) - 1)
        first = min(int(place), len(colors.layers) - 2)
        color = mix(colors.layers[first], colors.layers[first + 1], place - first)
        high = frame.height * 0.145 * (share - 0.5) * 2
        points = [
            (
                frame.width * t / 90,
                axis
                + high * _envelope(t / 90, swell) * sin(2 * pi * turns * t / 90 + 1.6 * share)
                + 0.25 * high * sin(2 * pi * 0.5 * t / 90 + 3 * share),
            )
            for t in range(-4, 95)
        ]
        canvas.drawPath(path_through(points), stroke(color, (1.6 + 2.2 * share) * frame.unit, 0.85))


def _envelope(t: float, swell: float) -> float:
    return 0.12 + exp(-(((t - swell) / 0.24) ** 2))


def _draw_keys(canvas: skia.Canvas, frame: Frame, colors: Palette) -> None:
    """The keyboard along the lower edge; black keys in the order of an octave."""
    deep = mix(colors.layers[-1], colors.top if colors.dark else colors.ink, 0.72)
    pale = mix(colors.ink if colors.dark else 0xFFFFFFFF, colors.bottom, 0.12)
    wide = frame.width / 22
    top = frame.height - 96 * frame.unit
    canvas.drawRect(skia.Rect.MakeLTRB(0, top, frame.width, frame.height), fill(pale))
    for key in range(23):
        x = key * wide
        canvas.drawLine(x, top, x, frame.height, stroke(deep, 2 * frame.unit, 0.5))
        if key % 7 in (1, 2, 4, 5, 6):
            box = skia.Rect.MakeXYWH(x - wide * 0.3, top, wide * 0.6, 58 * frame.unit)
            canvas.drawRoundRect(box, 4 * frame.unit, 4 * frame.unit, fill(deep))
    canvas.drawRect(
        skia.Rect.MakeXYWH(0, top - 5 * frame.unit, frame.width, 6 * frame.unit), fill(deep)
    )
