"""Colours, gradients and strokes that every motif uses."""

from dataclasses import dataclass
from itertools import pairwise
from random import Random

import skia


@dataclass(frozen=True)
class Frame:
    """The picture's size in pixels; ``unit`` is a thousandth of its shorter side."""

    width: float
    height: float

    @property
    def unit(self) -> float:
        """One thousandth of the shorter side, in pixels."""
        return min(self.width, self.height) / 1000

    @property
    def wide(self) -> bool:
        """Whether the title stands at the left and the motif at the right."""
        return self.width > self.height * 1.2

    @property
    def horizon(self) -> float:
        """The height above which the picture stays calm, for the title."""
        return self.height * (0.52 if self.wide else 0.56)

    @property
    def middle(self) -> float:
        """Where a single large figure stands, across."""
        return self.width * (0.74 if self.wide else 0.58)


@dataclass(frozen=True)
class Palette:
    """Colours that go together: a ground from top to bottom, the title's ink, and layers from
    far to near, with one accent.
    """

    top: int
    bottom: int
    ink: int
    layers: tuple[int, ...]
    accent: int

    @property
    def dark(self) -> bool:
        """Whether light stands on dark."""
        return luminance(self.ink) > luminance(self.top)


def palette(top: str, bottom: str, ink: str, layers: str, accent: str) -> Palette:
    """A palette from hexadecimal colours; ``layers`` are separated by spaces."""
    return Palette(
        rgb(top), rgb(bottom), rgb(ink), tuple(rgb(c) for c in layers.split()), rgb(accent)
    )


def rgb(text: str) -> int:
    """``#rrggbb`` as an opaque colour."""
    return 0xFF000000 | int(text.lstrip("#"), 16)


def channels(color: int) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255."""
    return color >> 16 & 255, color >> 8 & 255, color & 255


def mix(first: int, second: int, share: float) -> int:
    """A colour between two; ``share`` 0 gives the first, 1 the second."""
    red, green, blue = (
        round(a + (b - a) * share) for a, b in zip(channels(first), channels(second), strict=True)
    )
    return 0xFF000000 | red << 16 | green << 8 | blue


def veil(color: int, alpha: float) -> int:
    """A colour made transparent; ``alpha`` from 0 to 1."""
    return color & 0xFFFFFF | round(255 * max(0.0, min(1.0, alpha))) << 24


def luminance(color: int) -> float:
    """Relative luminance (WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance)."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (value / 255 for value in channels(color))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: int, second: int) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def fill(color: int, alpha: float = 1.0) -> skia.Paint:
    """A smooth-edged filling."""
    return skia.Paint(Color=veil(color, alpha), AntiAlias=True, Dither=True)


def stroke(color: int, width: float, alpha: float = 1.0) -> skia.Paint:
    """A smooth line with round ends."""
    return skia.Paint(
        Color=veil(color, alpha), AntiAlias=True, Style=skia.Paint.kStroke_Style,
        StrokeWidth=width, StrokeCap=skia.Paint.kRound_Cap, StrokeJoin=skia.Paint.kRound_Join,
    )  # fmt: skip


def shade(start: tuple[float, float], end: tuple[float, float], colors: list[int]) -> skia.Paint:
    """A filling that runs from one colour to the next between two points."""
    return skia.Paint(
        AntiAlias=True, Dither=True,
        Shader=skia.GradientShader.MakeLinear([skia.Point(*start), skia.Point(*end)], colors),
    )  # fmt: skip


def glow(x: float, y: float, radius: float, colors: list[int]) -> skia.Paint:
    """A filling that runs from the middle of a circle to its edge."""
    return skia.Paint(
        AntiAlias=True, Dither=True,
        Shader=skia.GradientShader.MakeRadial(skia.Point(x, y), radius, colors),
    )  # fmt: skip


def draw_ground(canvas: skia.Canvas, frame: Frame, colors: Palette) -> None:
    """The sky, or whatever stands behind everything."""
    middle = mix(colors.top, colors.bottom, 0.35)
    paint = shade((0, 0), (0, frame.height), [colors.top, middle, colors.bottom])
    canvas.drawRect(skia.Rect.MakeWH(frame.width, frame.height), paint)


def draw_sun(
    canvas: skia.Canvas, x: float, y: float, radius: float, color: int, halo: float = 2.6
) -> None:
    """A disc with a soft halo."""
    colors = [veil(color, 0.55), veil(color, 0.16), veil(color, 0)]
    canvas.drawCircle(x, y, radius * halo, glow(x, y, radius * halo, colors))
    canvas.drawCircle(x, y, radius, fill(color))


def path_through(points: list[tuple[float, float]]) -> skia.Path:
    """A smooth line through points, by quadratic curves between their middles."""
    builder = skia.Path()
    builder.moveTo(*points[0])
    for (x, y), (next_x, next_y) in pairwise(points[1:]):
        builder.quadTo(x, y, (x + next_x) / 2, (y + next_y) / 2)
    builder.lineTo(*points[-1])
    return builder


def spread(chance: Random, low: float, high: float, count: int) -> list[float]:
    """Places between two bounds, evenly apart but for some play."""
    step = (high - low) / max(count, 1)
    return [low + step * (index + 0.15 + 0.7 * chance.random()) for index in range(count)]
