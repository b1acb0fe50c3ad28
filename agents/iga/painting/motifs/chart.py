"""An old chart: coasts with depth lines, a dashed route, a compass rose."""

from math import cos, pi, sin
from random import Random

import skia

from agents.iga.painting.brush import Frame, Palette, draw_ground, fill, mix, palette, stroke

PALETTES = [
    palette("#f4e7c9", "#e3c994", "#3b2715", "#c7a566 #a67c42 #6f4e2a", "#b23a2a"),
    palette("#e7ecdf", "#bfd0bd", "#1d3833", "#8fb09a #5c8a7c #2f5c55", "#c8553d"),
    palette("#1d2c3f", "#34506a", "#f5ecd7", "#5c7d92 #86a3a8 #c8bd96", "#e8a24a"),
]


def paint(canvas: skia.Canvas, frame: Frame, colors: Palette, chance: Random) -> None:
    """Paint the family's picture."""
    draw_ground(canvas, frame, colors)
    _draw_graticule(canvas, frame, colors)
    _draw_island(canvas, frame, colors, chance, 0.04 * frame.width, 0.93 * frame.height, 330)
    _draw_island(canvas, frame, colors, chance, 0.98 * frame.width, 0.6 * frame.height, 190)
    _draw_route(canvas, frame, colors)
    _draw_rose(
        canvas, frame, colors, frame.middle + 90 * frame.unit, frame.height * 0.79, 150 * frame.unit
    )


def _draw_graticule(canvas: skia.Canvas, frame: Frame, colors: Palette) -> None:
    step = frame.unit * 125
    pen = stroke(colors.layers[1], 1.2 * frame.unit, 0.28)
    for index in range(1, int(max(frame.width, frame.height) / step) + 1):
        canvas.drawLine(index * step, 0, index * step, frame.height, pen)
        canvas.drawLine(0, index * step, frame.width, index * step, pen)


def _draw_island(
    canvas: skia.Canvas, frame: Frame, colors: Palette, chance: Random, x: float, y: float,
    size: float,
) -> None:  # fmt: skip
    """A coast of many bays; fainter copies around it stand for the depth of the water."""
    waves = [(n, chance.uniform(0.4, 1.0) / n, chance.uniform(0, 2 * pi)) for n in range(2, 9)]

    def coast(scale: float) -> skia.Path:
        points = []
        for step in range(181):
            angle = 2 * pi * step / 180
            reach = 1 + 0.28 * sum(high * sin(n * angle + turn) for n, high, turn in waves)
            far = size * frame.unit * (reach * 0.82 + scale)
            points.append(skia.Point(x + far * cos(angle), y + far * sin(angle) * 0.8))
        path = skia.Path()
        path.addPoly(points, True)
        return path

    for depth in (4, 3, 2, 1):
        canvas.drawPath(
            coast(0.085 * depth), stroke(colors.layers[1], 2 * frame.unit, 0.75 - 0.15 * depth)
        )
    canvas.drawPath(coast(0), fill(colors.layers[0]))
    canvas.drawPath(coast(0), stroke(colors.layers[2], 4 * frame.unit))
    for ring in (-0.16, -0.3, -0.44):
        canvas.drawPath(coast(ring), stroke(colors.layers[2], 1.6 * frame.unit, 0.4))


def _draw_route(canvas: skia.Canvas, frame: Frame, colors: Palette) -> None:
    path = skia.Path()
    path.moveTo(0.2 * frame.width, 0.8 * frame.height)
    path.cubicTo(
        0.42 * frame.width, 0.55 * frame.height, 0.5 * frame.width, 0.98 * frame.height,
        0.86 * frame.width, 0.63 * frame.height,
    )  # fmt: skip
    pen = stroke(colors.accent, 6 * frame.unit)
    pen.setPathEffect(skia.DashPathEffect.Make([20 * frame.unit, 17 * frame.unit], 0))
    canvas.drawPath(path, pen)
    x, y, arm = 0.86 * frame.width, 0.63 * frame.height, 15 * frame.unit
    cross = stroke(colors.accent, 8 * frame.unit)
    canvas.drawLine(x - arm, y - arm, x + arm, y + arm, cross)
    canvas.drawLine(x - arm, y + arm, x + arm, y - arm, cross)
    canvas.drawCircle(0.2 * frame.width, 0.8 * frame.height, 10 * frame.unit, fill(colors.accent))


def _draw_rose(
    canvas: skia.Canvas, frame: Frame, colors: Palette, x: float, y: float, size: float
) -> None:
    deep, pale = mix(colors.layers[2], colors.ink, 0.5), mix(colors.top, colors.bottom, 0.2)
    if colors.dark:
        deep, pale = mix(colors.top, 0xFF000000, 0.2), colors.ink
    canvas.drawCircle(x, y, size * 1.02, fill(mix(pale, colors.bottom, 0.5), 0.92))
    for ring, width in ((1.02, 4), (0.92, 1.6), (0.5, 1.6)):
        canvas.drawCircle(x, y, size * ring, stroke(deep, width * frame.unit, 0.9))
    for index in range(16):
        angle = pi * index / 8
        reach = size * (1.22 if index % 4 == 0 else 0.92 if index % 2 == 0 else 0.62)
        waist = size * 0.13
        tip = (x + reach * sin(angle), y - reach * cos(angle))
        for sign, color in ((-1, deep), (1, colors.accent if index % 4 == 0 else pale)):
            turn = angle + sign * pi / 8
            path = skia.Path()
            path.addPoly(
                [
                    skia.Point(*tip),
                    skia.Point(x + waist * sin(turn), y - waist * cos(turn)),
                    skia.Point(x, y),
                ],
                True,
            )
            canvas.drawPath(path, fill(color))
            canvas.drawPath(path, stroke(deep, 1.4 * frame.unit))
    canvas.drawCircle(x, y, size * 0.07, fill(colors.accent))
