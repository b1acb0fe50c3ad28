"""Boxes stacked in parallel projection, like a quay full of containers or a chart that grows."""

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
    stroke,
)

PALETTES = [
    palette("#f4efe6", "#dfd6c6", "#22303c", "#d9532c #e9a23b #2f6f7e #45586b #a83a3a", "#f2c14e"),
    palette("#13243b", "#35587a", "#f4f7fb", "#ef6f4a #f2b950 #3fa7a3 #7f93b5 #d84f63", "#ffdf94"),
    palette("#e3eef0", "#a9c8ce", "#123038", "#e2643f #f0b04a #1f7a86 #35566a #8a3f55", "#fff1c9"),
]


def paint(canvas: skia.Canvas, frame: Frame, colors: Palette, chance: Random) -> None:
    """Paint the family's picture."""
    draw_ground(canvas, frame, colors)
    draw_sun(canvas, frame.middle, frame.height * 0.63, 140 * frame.unit, colors.accent, 2.6)
    wide = 82 * frame.unit
    deep, tall = wide * 0.5, wide * 0.86
    columns = int(frame.width / wide) + 3
    for row in range(7):
        y = frame.height * 0.79 + row * deep
        for column in range(-1, columns):
            x = column * wide * 2 + (wide if row % 2 else 0) - wide
            rise = _height(x / frame.width, row, chance)
            for level in range(rise):
                _draw_box(canvas, frame, colors, chance, x, y - level * tall, wide, deep, tall)


def _height(share: float, row: int, chance: Random) -> int:
    """Stacks grow to the right and shrink towards the front."""
    most = 1 + 3.2 * max(0.0, min(1.0, share)) - 0.55 * row
    return max(1 if row > 1 else 0, round(most + chance.uniform(-0.9, 0.9)))


def _draw_box(
    canvas: skia.Canvas, frame: Frame, colors: Palette, chance: Random, x: float, y: float,
    wide: float, deep: float, tall: float,
) -> None:  # fmt: skip
    """A box whose top face is a rhombus around (x, y - tall)."""
    color = mix(chance.choice(colors.layers), colors.bottom, chance.uniform(0, 0.14))
    top = y - tall
    faces = (
        ([(0, -deep), (wide, 0), (0, deep), (-wide, 0)], top, mix(color, 0xFFFFFFFF, 0.24)),
        ([(-wide, 0), (0, deep), (0, deep + tall), (-wide, tall)], top, color),
        ([(wide, 0), (0, deep), (0, deep + tall), (wide, tall)], top, mix(color, 0xFF0B1622, 0.3)),
    )
    for corners, base, tone in faces:
        path = skia.Path()
        path.addPoly([skia.Point(x + px, base + py) for px, py in corners], True)
        canvas.drawPath(path, fill(tone))
    ribs = stroke(mix(color, 0xFF0B1622, 0.45), 1.8 * frame.unit, 0.55)
    for rib in range(1, 8):
        share = rib / 8
        for sign in (-1, 1):
            rib_x = x + sign * wide * (1 - share)
            rib_y = top + deep * share
            canvas.drawLine(rib_x, rib_y + tall * 0.1, rib_x, rib_y + tall * 0.9, ribs)
