"""What a step did, counted, and in words."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Tally:
    """So many things of one kind."""

    done: str
    """removed or marked."""
    thing: str
    """What it is, in the singular."""
    count: int = 0
    bytes: int = 0

    def plus(self, count: int, size: int = 0) -> Self:
        """The same with more of them."""
        return type(self)(self.done, self.thing, self.count + count, self.bytes + size)

    def __str__(self) -> str:
        size = f" ({describe_bytes(self.bytes)})" if self.bytes else ""
        return f"{self.count:,} {inflect(self.thing, self.count)}{size}"


@dataclass(frozen=True)
class Report:
    """What one step did. As JSON it is the task's XCom."""

    tallies: tuple[Tally, ...]
    unfinished: bool = False
    """The step's time was over before everything was done."""

    def as_json(self) -> dict[str, Any]:
        """Plain JSON; what was not found is left out."""
        found = [asdict(tally) for tally in self.tallies if tally.count]
        return {"tallies": found, "unfinished": self.unfinished}

    @classmethod
    def from_json(cls, written: dict[str, Any]) -> "Report":
        """What :meth:`as_json` wrote."""
        return cls(tuple(Tally(**each) for each in written["tallies"]), written["unfinished"])


def gather(tallies: Iterable[Tally], done: str) -> str:
    """``12 request keys, 3 media objects (4.1 MB)``; empty where there is nothing."""
    return ", ".join(str(tally) for tally in tallies if tally.done == done and tally.count)


def inflect(thing: str, count: int) -> str:
    """``1 key``, ``2 keys``, ``2 entries``."""
    if count == 1:
        return thing
    if thing.endswith("y") and thing[-2] not in "aeiou":
        return f"{thing[:-1]}ies"
    return f"{thing}s"


def describe_bytes(size: int) -> str:
    """A length as people write it."""
    if size < 1000:
        return f"{size} {inflect('byte', size)}"
    for unit, factor in (("kB", 1e3), ("MB", 1e6)):
        if size < factor * 1000:
            return f"{size / factor:.1f} {unit}"
    return f"{size / 1e9:.1f} GB"
