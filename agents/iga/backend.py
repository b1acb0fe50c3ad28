"""The painters behind one face."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from agents.iga.letters import Ink, Lettering
from agents.iga.settings import ImageSettings

PAINTER = "procedural-1"
"""Names the embedded painter in journal and ledger; a change of its pictures changes it."""

RATIOS = {"1:1": (1, 1), "16:9": (16, 9), "9:16": (9, 16), "4:3": (4, 3), "3:4": (3, 4)}


@dataclass(frozen=True)
class Order:
    """What is to be painted, in pixels, and who sets the title on it."""

    prompt: str
    title: str
    aspect_ratio: str
    width: int
    height: int
    lettering: Lettering = "set"


@dataclass(frozen=True)
class Painted:
    """A JPEG, whether light or dark letters can be read on it, and what it cost."""

    data: bytes
    ink: Ink
    cost_usd: Decimal = Decimal(0)


class Painter(Protocol):
    """Makes pictures; ``model`` names who does."""

    model: str

    def paint(self, order: Order) -> Painted:
        """Make the picture. Raises ImageError."""
        ...


class EmbeddedPainter:
    """Our own procedural painter: no model, no network."""

    model = PAINTER

    def paint(self, order: Order) -> Painted:
        """Paint by program."""
        from agents.iga.painting.cover import paint_cover

        cover = paint_cover(order.prompt, order.title, order.width, order.height, order.lettering)
        return Painted(cover.data, cover.ink)


def choose_painter(settings: ImageSettings) -> Painter:
    """The painter of the settings. Raises ImageMisconfigured."""
    if settings.image_backend == "vertex":
        from agents.iga.vertex import VertexPainter

        return VertexPainter(settings)
    return EmbeddedPainter()


def size_of(aspect_ratio: str, pixels: int) -> tuple[int, int]:
    """Width and height for a ratio, the longer side ``pixels`` long."""
    across, down = RATIOS[aspect_ratio]
    scale = pixels / max(across, down)
    return round(across * scale), round(down * scale)
