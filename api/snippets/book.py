"""The pool in the facade's memory: read once, and from then on only what changed.

It is never stale: each request first asks for the pool's version (``look``), and what is newer is
read before the answer is given. Versions are in the order of commits, so nothing can appear later
under a number that was passed already. What moves no version, as how often a card was shown, is
read again whenever cards are ranked anew.
"""

import asyncio
from collections import OrderedDict
from uuid import UUID

from psycopg_pool import AsyncConnectionPool

from api.snippets.fragments import PoolCard, make_card, stand
from api.snippets.look import CATEGORIES, Look
from api.snippets.rows import (
    MOST_CARDS,
    MOST_GONE,
    Changes,
    Standing,
    read_changes,
    read_standings,
)
from api.snippets.sound import can_be_shown

MOST_SHELVES = 500
"""People whose own cards are kept in memory."""


class Shelf:
    """Cards of one owner (None: everybody's)."""

    def __init__(self, user_id: UUID | None) -> None:
        self.user_id = user_id
        self.version = 0
        self.cards: dict[UUID, PoolCard] = {}
        self.gone: dict[UUID, int] = {}
        """By which version each was taken off."""
        self.since = 0
        """What was taken off before this version is not known any more."""
        self._at = 0
        """As of when it was last read how the cards stand."""
        self._turn = asyncio.Lock()

    async def refresh(self, pool: AsyncConnectionPool, version: int, at: int) -> None:
        """Be as new as ``version`` at least, and know how cards stand as of ``at``, in seconds
        since 1970; of many who ask at once one reads."""
        if version <= self.version and at <= self._at:
            return
        async with self._turn:
            if version > self.version:
                async with pool.connection() as connection:
                    changes = await read_changes(connection, self.user_id, self.version)
                self._take(changes, version)
            if at > self._at:
                async with pool.connection() as connection:
                    standings = await read_standings(connection, self.user_id)
                self._stand(standings)
                self._at = at

    def _take(self, changes: Changes, version: int) -> None:
        for row in changes.cards:
            card = make_card(row, changes.citations.get(row.snippet_id, ()))
            self._take_off(row.snippet_id, row.version)
            if can_be_shown(card):
                self.cards[row.snippet_id] = card
                del self.gone[row.snippet_id]
        for row_gone in changes.gone:
            self._take_off(row_gone.snippet_id, row_gone.version)
        if len(changes.gone) == MOST_GONE:
            self.since = max(self.since, changes.gone[-1].version)
        for snippet_id in sorted(self.cards, key=self._version_of)[:-MOST_CARDS]:
            del self.cards[snippet_id]
        self._forget()
        cards, gone = (each.version for each in changes.cards), (g.version for g in changes.gone)
        self.version = max(self.version, version, *cards, *gone)

    def _take_off(self, snippet_id: UUID, version: int) -> None:
        self.cards.pop(snippet_id, None)
        self.gone[snippet_id] = version

    def _forget(self) -> None:
        """Of what was taken off, know the latest only."""
        for snippet_id in sorted(self.gone, key=self.gone.__getitem__)[:-MOST_GONE]:
            self.since = max(self.since, self.gone.pop(snippet_id))

    def _stand(self, standings: list[Standing]) -> None:
        for each in standings:
            if (card := self.cards.get(each.snippet_id)) is not None:
                self.cards[each.snippet_id] = stand(card, each)

    def _version_of(self, snippet_id: UUID) -> int:
        return self.cards[snippet_id].version

    def newer(self, than: int) -> list[tuple[int, UUID]]:
        """What changed after a version, in order: the card's version and its id."""
        cards = ((each.version, each.snippet_id) for each in self.cards.values())
        gone = ((version, snippet_id) for snippet_id, version in self.gone.items())
        return sorted(each for each in (*cards, *gone) if each[0] > than)


class PoolBook:
    """Everybody's shelf, and those of the people who explored and were here lately."""

    def __init__(self, pool: AsyncConnectionPool) -> None:
        self._pool = pool
        self.shared = Shelf(None)
        self._own: OrderedDict[UUID, Shelf] = OrderedDict()
        self._labels: dict[str, str] = {}

    async def shelves(self, user_id: UUID, look: Look, at: int) -> list[Shelf]:
        """The shelves that person sees, as new as the look, to be ranked as of ``at``."""
        await self.shared.refresh(self._pool, look.shared, at)
        if not look.own:
            return [self.shared]
        own = self._own_of(user_id)
        await own.refresh(self._pool, look.own, at)
        return [self.shared, own]

    def _own_of(self, user_id: UUID) -> Shelf:
        own = self._own.setdefault(user_id, Shelf(user_id))
        self._own.move_to_end(user_id)
        while len(self._own) > MOST_SHELVES:
            self._own.popitem(last=False)
        return own

    async def labels(self) -> dict[str, str]:
        """What each category is called, in the order in which they are shown."""
        if not self._labels:
            async with self._pool.connection() as connection:
                rows = await CATEGORIES.aall(connection)
            self._labels = {each.category: each.label for each in rows}
        return self._labels
