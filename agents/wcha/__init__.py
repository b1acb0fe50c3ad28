"""WCHA, the web content harvester: a library that turns sources into clean text.

>>> from agents.wcha import harvest
"""

from agents.wcha.bundle import HarvestedContentBundle
from agents.wcha.errors import HarvestError, NothingUsable, UnreadableSource
from agents.wcha.harvesting import harvest

__all__ = ["HarvestError", "HarvestedContentBundle", "NothingUsable", "UnreadableSource", "harvest"]
