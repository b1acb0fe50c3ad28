"""A story: what several sources may tell, and what it is worth."""

from dataclasses import dataclass, field, replace
from uuid import UUID

from agents.tda.material import Material

SIDES = 5
"""How many further sources of a story are kept beside the first."""


@dataclass(frozen=True)
class Standing:
    """A topic that is there already. ``again``: it is to be proposed once more; ``complete``: one
    of its texts is whole; ``tried``: whether that was tried.
    """

    topic_id: UUID
    texts: tuple[Material, ...]
    again: bool = False
    shown: int = 0
    complete: bool = False
    tried: bool = False
    publishers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Story:
    """What one card would tell: the first of ``texts`` is the best."""

    texts: tuple[Material, ...]
    standing: Standing | None = None
    category: str = "world"
    keywords: tuple[str, ...] = ()
    novelty: float = 1.0
    worth: float = field(default=0.0)
    retold: bool = False
    """Whether its topic is told anew, because what it is told from says something else now."""

    @property
    def head(self) -> Material:
        """What it is told from first."""
        return self.texts[0]

    @property
    def publishers(self) -> int:
        """How many tell it."""
        known = self.standing.publishers if self.standing else frozenset()
        return len(known | {one.publisher for one in self.texts})

    @property
    def quality(self) -> float:
        """How much there is to tell it with, 0 to 1."""
        return min(1.0, self.head.usable / 6)

    def led_by(self, better: Material) -> "Story":
        """The same story with better material for its first text."""
        return replace(self, texts=(better, *self.texts[1:]))


def are_two(_one: Story, _other: Story) -> bool:
    """That stories which were told apart are never one: where nothing more is asked of them."""
    return False


def arrange(texts: list[Material]) -> tuple[Material, ...]:
    """The texts of a story: most to tell first, then the earliest; one of each publisher."""
    ranked = sorted(texts, key=lambda one: (-one.usable, _age(one), one.identity))
    kept: dict[str, Material] = {}
    for one in ranked:
        kept.setdefault(one.publisher, one)
    return tuple(kept.values())[: SIDES + 1]


def _age(one: Material) -> float:
    moment = one.published_at or one.seen_at
    return moment.timestamp() if moment else 0.0
