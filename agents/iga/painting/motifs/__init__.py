"""The families of motif, one module each."""

from collections.abc import Callable
from random import Random

import skia

from agents.iga.painting.brush import Frame, Palette
from agents.iga.painting.motifs import (
    blocks,
    botanical,
    chart,
    circuits,
    city,
    hexagons,
    landscape,
    life,
    night,
    sea,
    shelf,
    sound,
    table,
)

Motif = Callable[[skia.Canvas, Frame, Palette, Random], None]

MOTIFS: dict[str, tuple[Motif, list[Palette]]] = {
    "landscape": (landscape.paint, landscape.PALETTES),
    "sound": (sound.paint, sound.PALETTES),
    "night": (night.paint, night.PALETTES),
    "city": (city.paint, city.PALETTES),
    "botanical": (botanical.paint, botanical.PALETTES),
    "circuits": (circuits.paint, circuits.PALETTES),
    "sea": (sea.paint, sea.PALETTES),
    "shelf": (shelf.paint, shelf.PALETTES),
    "chart": (chart.paint, chart.PALETTES),
    "table": (table.paint, table.PALETTES),
    "life": (life.paint, life.PALETTES),
    "blocks": (blocks.paint, blocks.PALETTES),
    "hexagons": (hexagons.paint, hexagons.PALETTES),
}
"""What can be painted, by the family's name, with the palettes that suit it."""
