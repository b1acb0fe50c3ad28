"""Stars, a ringed planet at the edge, the paths of its moons."""

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
    shade,
    stroke,
    veil,
)  # fmt: skip

PALETTES = [
    palette("#080b23", "#2b2a66", "#f3f0ff", "#f2b279 #d9748a #7d5ba6 #2f2b63", "#ffe6b8"),
    palette("#04141f", "#0d4257", "#ecfbff", "#8be0d2 #4aa9c0 #2b6a9b #123a63", "#fff2c4"),
    palette("#160a1e", "#4d1f3f", "#fff0ea", "#ffc37a #e9805c #a94a5a #4a2148", "#ffdfa5"),
]


def paint(canvas: skia.Canvas, frame: Frame, colors: Palette, chance: Random) -> None:
    """Paint the family's picture."""
    draw_ground(canvas, frame, colors)
    _draw_haze(canvas, frame, colors, chance)
    _draw_stars(canvas, frame, colors, chance)
    x = frame.width * (0.8 if frame.wide else chance.uniform(0.52, 0.74))
    y = frame.height * chance.uniform(0.8, 0.86)
    radius = chance.uniform(150, 255) * frame.unit
    tilt = chance.uniform(-24, -12)
    _draw_orbits(canvas, frame, colors, chance, x, y, radius, tilt)
    _draw_ring(canvas, frame, colors, x, y, radius, tilt, front=False)
    _draw_planet(canvas, colors, chance, x, y, radius)
    _draw_ring(canvas, frame, colors, x, y, radius, tilt, front=True)


def _draw_haze(canvas: skia.Canvas, frame: Frame, colors: Palette, chance: Random) -> None:
    for color in colors.layers[:3]:
        x, y = frame.width * chance.random(), frame.height * chance.uniform(0.35, 0.9)
        radius = frame.unit * chance.uniform(380, 620)
        canvas.drawCircle(x, y, radius, glow(x, y, radius, [veil(color, 0.17), veil(color, 0)]))


def _draw_stars(canvas: skia.Canvas, frame: Frame, colors: Palette, chance: Random) -> None:
    for _ in range(320):
        x, y = frame.width * chance.random(), frame.height * chance.random()
        size = frame.unit * (0.7 + 1.9 * chance.random() ** 4)
        tint = mix(colors.ink, colors.accent, chance.random())
        canvas.drawCircle(x, y, size, fill(tint, chance.uniform(0.25, 0.9)))
    for _ in range(7):
        x, y = frame.width * chance.random(), frame.height * chance.uniform(0.04, 0.62)
        size = frame.unit * chance.uniform(6, 13)
        pen = stroke(colors.accent, 1.5 * frame.unit, 0.8)
        canvas.drawLine(x - size, y, x + size, y, pen)
        canvas.drawLine(x, y - size, x, y + size, pen)


def _draw_planet(
    canvas: skia.Canvas, colors: Palette, chance: Random, x: float, y: float, radius: float
) -> None:
    canvas.drawCircle(
        x,
        y,
        radius * 1.5,
        glow(x, y, radius * 1.5, [veil(colors.layers[0], 0.4), veil(colors.layers[0], 0)]),
    )
    canvas.save()
    disc = skia.Path()
    disc.addCircle(x, y, radius)
    canvas.clipPath(disc, doAntiAlias=True)
    canvas.rotate(-12, x, y)
    top = y - radius
    bands = 13
    for band in range(bands):
        color = colors.layers[chance.choice((0, 0, 1, 1, 2))]
        high = 2 * radius / bands
        canvas.drawRect(
            skia.Rect.MakeXYWH(x - radius * 1.2, top + band * high, radius * 2.4, high + 1),
            fill(mix(color, colors.layers[1], chance.uniform(0, 0.5))),
        )
    canvas.restore()
    light = (x - radius * 0.55, y - radius * 0.6)
    night = mix(colors.top, 0xFF000000, 0.25)
    canvas.drawCircle(
        x, y, radius + 0.7,
        glow(*light, radius * 1.95, [veil(night, 0), veil(night, 0.15), veil(night, 0.95)]),
    )  # fmt: skip


def _draw_ring(
    canvas: skia.Canvas, frame: Frame, colors: Palette, x: float, y: float, radius: float,
    tilt: float, front: bool,
) -> None:  # fmt: skip
    """The half of the ring behind the planet, or the one before it."""
    canvas.save()
    canvas.rotate(tilt, x, y)
    half = skia.Rect.MakeLTRB(
        x - 3 * radius, y if front else y - radius, x + 3 * radius, y + radius if front else y
    )
    canvas.clipRect(half, doAntiAlias=True)
    for index, (share, width) in enumerate(((1.42, 26), (1.62, 44), (1.84, 18), (1.98, 6))):
        box = skia.Rect.MakeLTRB(
            x - radius * share,
            y - radius * share * 0.24,
            x + radius * share,
            y + radius * share * 0.24,
        )
        tone = mix(colors.accent, colors.layers[min(index, 2)], 0.25 * index)
        canvas.drawOval(box, stroke(tone, width * frame.unit * 0.62, 0.82 - 0.12 * index))
    canvas.restore()


def _draw_orbits(
    canvas: skia.Canvas, frame: Frame, colors: Palette, chance: Random, x: float, y: float,
    radius: float, tilt: float,
) -> None:  # fmt: skip
    canvas.save()
    canvas.rotate(tilt, x, y)
    for share in (2.5, 3.1, 3.8):
        wide, high = radius * share, radius * share * 0.3
        box = skia.Rect.MakeLTRB(x - wide, y - high, x + wide, y + high)
        canvas.drawOval(box, stroke(colors.ink, 1.4 * frame.unit, 0.28))
        angle = pi * chance.uniform(0.95, 1.45)
        moon_x, moon_y = x + wide * cos(angle), y + high * sin(angle)
        size = frame.unit * chance.uniform(11, 24)
        moon = shade(
            (moon_x - size, moon_y - size), (moon_x + size, moon_y + size),
            [colors.accent, colors.layers[2]],
        )  # fmt: skip
        canvas.drawCircle(moon_x, moon_y, size, moon)
    canvas.restore()
