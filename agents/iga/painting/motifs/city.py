"""A skyline in layers with lit windows, and its reflection in still water."""

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
    stroke,
    veil,
)  # fmt: skip

PALETTES = [
    palette("#1c2347", "#e88f79", "#fff3e6", "#8f6f97 #56518a #2a2d5c", "#ffdb8f"),
    palette("#f7ecdc", "#f0c9a0", "#2d2a3f", "#c99f8f #8a6f7d #443f58", "#e9623f"),
    palette("#0b2d39", "#76b5a8", "#f1fbf4", "#4c8a8b #286069 #10363f", "#ffe08a"),
]


def paint(canvas: skia.Canvas, frame: Frame, colors: Palette, chance: Random) -> None:
    """Paint the family's picture."""
    draw_ground(canvas, frame, colors)
    water = frame.height * 0.86
    draw_sun(canvas, frame.middle, frame.height * 0.62, 120 * frame.unit, colors.accent, 2.8)
    for index, color in enumerate(colors.layers):
        high = frame.height * (0.30 - 0.055 * index)
        _draw_row(canvas, frame, chance, water, high, color, colors, lit=index > 0)
        if index == 1:
            _draw_tower(canvas, frame, colors, water)
    _draw_water(canvas, frame, colors, chance, water)


def _draw_row(
    canvas: skia.Canvas, frame: Frame, chance: Random, ground: float, high: float, color: int,
    colors: Palette, lit: bool,
) -> None:  # fmt: skip
    x = -20 * frame.unit
    while x < frame.width:
        wide = frame.unit * chance.uniform(46, 104)
        top = ground - high * chance.uniform(0.35, 1.0)
        canvas.drawRect(skia.Rect.MakeLTRB(x, top, x + wide + 1, ground), fill(color))
        _draw_roof(canvas, frame, chance, x, top, wide, color)
        if lit:
            _draw_windows(canvas, frame, chance, (x, top, wide, ground), colors.accent)
        x += wide + frame.unit * chance.choice((0, 0, 7, 16))


def _draw_roof(
    canvas: skia.Canvas, frame: Frame, chance: Random, x: float, top: float, wide: float, color: int
) -> None:
    kind = chance.choice(("flat", "flat", "step", "spire", "gable", "dome"))
    middle = x + wide / 2
    if kind == "step":
        canvas.drawRect(
            skia.Rect.MakeLTRB(x + wide * 0.2, top - wide * 0.3, x + wide * 0.8, top + 1),
            fill(color),
        )
    elif kind == "dome":
        canvas.drawCircle(middle, top, wide * 0.38, fill(color))
        canvas.drawLine(middle, top, middle, top - wide * 0.65, stroke(color, 4 * frame.unit))
    elif kind in ("spire", "gable"):
        tall = wide * (1.1 if kind == "spire" else 0.45)
        edge = 0.3 if kind == "spire" else 0.0
        path = skia.Path()
        path.addPoly(
            [
                skia.Point(x + wide * edge, top + 1),
                skia.Point(middle, top - tall),
                skia.Point(x + wide * (1 - edge), top + 1),
            ],
            True,
        )
        canvas.drawPath(path, fill(color))


def _draw_windows(
    canvas: skia.Canvas, frame: Frame, chance: Random, house: tuple[float, float, float, float],
    color: int,
) -> None:  # fmt: skip
    x, top, wide, ground = house
    step, size = 15 * frame.unit, 5.4 * frame.unit
    y = top + step
    while y < ground - step:
        across = x + step * 0.8
        while across < x + wide - step * 0.8:
            if chance.random() < 0.3:
                canvas.drawRect(
                    skia.Rect.MakeXYWH(across, y, size, size * 1.4),
                    fill(color, chance.uniform(0.35, 0.95)),
                )
            across += step
        y += step * 1.25


def _draw_tower(canvas: skia.Canvas, frame: Frame, colors: Palette, ground: float) -> None:
    """A tower of iron lattice, drawn as two curves and their braces."""
    x, tall, foot = frame.middle, 0.345 * frame.height, 0.1 * frame.height
    color = mix(colors.layers[-1], colors.layers[-2], 0.3)
    steps = 26
    sides = []
    for sign in (-1, 1):
        points = []
        for step in range(steps + 1):
            share = step / steps
            points.append(
                (
                    x + sign * foot * (1 - share) ** 2.6 + sign * 2.2 * frame.unit,
                    ground - tall * share,
                )
            )
        sides.append(points)
    for points in sides:
        path = skia.Path()
        path.addPoly([skia.Point(*point) for point in points], False)
        canvas.drawPath(path, stroke(color, 8 * frame.unit))
    pen = stroke(color, 3 * frame.unit)
    for low in range(0, steps - 1):
        canvas.drawLine(*sides[0][low], *sides[1][low + 1], pen)
        canvas.drawLine(*sides[1][low], *sides[0][low + 1], pen)
    for level in (5, 11):
        (left, y), (right, _) = sides[0][level], sides[1][level]
        canvas.drawRect(
            skia.Rect.MakeLTRB(
                left - 8 * frame.unit,
                y - 5 * frame.unit,
                right + 8 * frame.unit,
                y + 5 * frame.unit,
            ),
            fill(color),
        )
    canvas.drawLine(
        x, ground - tall, x, ground - tall - 34 * frame.unit, stroke(color, 3.4 * frame.unit)
    )


def _draw_water(
    canvas: skia.Canvas, frame: Frame, colors: Palette, chance: Random, y: float
) -> None:
    deep = mix(colors.layers[-1], colors.top if colors.dark else colors.layers[-1], 0.4)
    box = skia.Rect.MakeLTRB(0, y, frame.width, frame.height)
    canvas.drawRect(box, shade((0, y), (0, frame.height), [mix(deep, colors.bottom, 0.45), deep]))
    for _ in range(70):
        near = chance.random() ** 1.4
        line = y + (frame.height - y) * near
        wide = frame.unit * chance.uniform(14, 90) * (0.6 + near)
        x = frame.middle + chance.gauss(0, 0.22) * frame.width
        paint_ = skia.Paint(Color=veil(colors.accent, 0.5 * (1 - near) + 0.08), AntiAlias=True)
        canvas.drawRoundRect(
            skia.Rect.MakeXYWH(x - wide / 2, line, wide, 3.2 * frame.unit), 2, 2, paint_
        )
