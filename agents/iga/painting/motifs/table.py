"""A large cup on a table, steam that curls, beans and fruit around it."""

from math import pi, sin
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
    shade,
    stroke,
)  # fmt: skip

PALETTES = [
    palette("#f7ead8", "#efcfa8", "#3c2117", "#c4552d #fff6e6 #7a4a2e #4a2a1c", "#e8a13c"),
    palette("#2c1a17", "#6b3a2a", "#fdf0df", "#e0a458 #fbe8cf #8f5436 #3a1f18", "#f2c078"),
    palette("#e4efe6", "#b6d3c0", "#173b34", "#2f7a68 #fffaf0 #6a5a3c #38462f", "#e6713f"),
]


def paint(canvas: skia.Canvas, frame: Frame, colors: Palette, chance: Random) -> None:
    """Paint the family's picture."""
    draw_ground(canvas, frame, colors)
    x, rim = frame.middle, frame.height * 0.7
    draw_sun(
        canvas,
        x,
        rim + 5 * frame.unit,
        205 * frame.unit,
        mix(colors.accent, colors.bottom, 0.35),
        1.5,
    )
    _draw_steam(canvas, frame, colors, chance, x, rim)
    board = frame.height * 0.9
    wood = [mix(colors.layers[2], colors.bottom, 0.15), colors.layers[3]]
    canvas.drawRect(
        skia.Rect.MakeLTRB(0, board, frame.width, frame.height),
        shade((0, board), (0, frame.height), wood),
    )
    _draw_cup(canvas, frame, colors, x, rim)
    for _ in range(17):
        place = frame.width * chance.random()
        if abs(place - x) > 300 * frame.unit:
            line = board + frame.unit * chance.uniform(-2, 62)
            _draw_bean(canvas, frame, colors, place, line, chance.uniform(0, 180))


def _draw_cup(canvas: skia.Canvas, frame: Frame, colors: Palette, x: float, rim: float) -> None:
    unit = frame.unit
    clay, dark = colors.layers[0], mix(colors.layers[0], 0xFF000000, 0.38)
    saucer = skia.Rect.MakeLTRB(x - 255 * unit, rim + 196 * unit, x + 255 * unit, rim + 252 * unit)
    canvas.drawOval(saucer.makeOffset(0, 14 * unit), fill(0xFF000000, 0.22))
    canvas.drawOval(saucer, fill(mix(colors.layers[1], clay, 0.12)))
    handle = skia.Rect.MakeLTRB(x + 120 * unit, rim + 24 * unit, x + 268 * unit, rim + 152 * unit)
    canvas.drawOval(handle, stroke(dark, 26 * unit))
    body = skia.Path()
    body.moveTo(x - 186 * unit, rim)
    body.cubicTo(
        x - 178 * unit,
        rim + 150 * unit,
        x - 120 * unit,
        rim + 226 * unit,
        x - 66 * unit,
        rim + 228 * unit,
    )
    body.lineTo(x + 66 * unit, rim + 228 * unit)
    body.cubicTo(
        x + 120 * unit, rim + 226 * unit, x + 178 * unit, rim + 150 * unit, x + 186 * unit, rim
    )
    body.close()
    canvas.drawPath(
        body,
        shade((x - 186 * unit, 0), (x + 186 * unit, 0), [mix(clay, 0xFFFFFFFF, 0.18), clay, dark]),
    )
    mouth = skia.Rect.MakeLTRB(x - 186 * unit, rim - 36 * unit, x + 186 * unit, rim + 36 * unit)
    canvas.drawOval(mouth, fill(mix(clay, colors.layers[1], 0.7)))
    drink = skia.Rect.MakeLTRB(x - 168 * unit, rim - 25 * unit, x + 168 * unit, rim + 32 * unit)
    canvas.drawOval(
        drink,
        shade((0, rim - 25 * unit), (0, rim + 32 * unit), [colors.layers[3], colors.layers[2]]),
    )


def _draw_steam(
    canvas: skia.Canvas, frame: Frame, colors: Palette, chance: Random, x: float, rim: float
) -> None:
    for wisp in (-1, 0, 1):
        turn = chance.uniform(0, 2 * pi)
        tall = frame.unit * chance.uniform(150, 185)
        points = [
            (
                x + frame.unit * (wisp * 74 + 30 * sin(turn + 5.2 * t / 20) * (0.5 + t / 20)),
                rim - 30 * frame.unit - tall * t / 20,
            )
            for t in range(21)
        ]
        pale = mix(colors.layers[1], 0xFFFFFFFF, 0.4)
        for width, alpha in ((26, 0.16), (13, 0.3), (5, 0.55)):
            canvas.drawPath(path_through(points), stroke(pale, width * frame.unit, alpha))


def _draw_bean(
    canvas: skia.Canvas, frame: Frame, colors: Palette, x: float, y: float, angle: float
) -> None:
    unit = frame.unit
    canvas.save()
    canvas.rotate(angle, x, y)
    box = skia.Rect.MakeLTRB(x - 21 * unit, y - 13 * unit, x + 21 * unit, y + 13 * unit)
    canvas.drawOval(box, fill(mix(colors.layers[2], 0xFF000000, 0.35)))
    path = skia.Path()
    path.moveTo(x - 18 * unit, y)
    path.cubicTo(x - 6 * unit, y - 8 * unit, x + 6 * unit, y + 8 * unit, x + 18 * unit, y)
    canvas.drawPath(path, stroke(mix(colors.accent, colors.layers[2], 0.45), 2.6 * unit))
    canvas.restore()
