"""Which topics that stand are compared with what is new: so many at most, however many stand.

All are looked at in short, by their addresses and the numbers of their words. Compared, and read
with their texts, are those that were met again, the newest, and of all others the nearest. Reports
of one event lie hours apart and hardly ever more than three days, so the newest hold most of what a
new text could join, and a reprint of last week shares so much that it is among the nearest. See
docs/decisions/047-what-is-compared.md.
"""

from dataclasses import dataclass
from time import monotonic
from typing import Any
from uuid import UUID

import numpy as np
from psycopg import Connection

from agents.tda.material import Material
from agents.tda.nearness import Words, nearness
from agents.tda.order import Order
from agents.tda.rows import IN_SHORT, STANDING, WORDS_IN, ShortRow, StandingRow
from agents.tda.settings import DiscoverySettings

MOST = 20_000
"""How many texts of topics that stand are looked at in short, those met last."""
_BEGINNING = 1_500
_LATELY = 300.0
"""A topic that is seen now may have come by a transaction that began so many seconds ago."""


@dataclass(frozen=True)
class Standings:
    """Reads the topics with which what one discovery found is compared, the same ones each time,
    with those that came since.
    """

    topic_ids: list[UUID]
    order: Order
    settings: DiscoverySettings
    began: float

    def read(self, connection: Connection[Any]) -> list[StandingRow]:
        """The topics as they stand now."""
        return STANDING.all(
            connection, user_id=self.order.user_id, match_days=self.settings.match_days,
            topic_ids=self.topic_ids, newest=self.settings.match_newest,
            lately_seconds=_LATELY + monotonic() - self.began,
        )  # fmt: skip


def find_candidates(
    connection: Connection[Any], texts: list[Material], order: Order, settings: DiscoverySettings
) -> Standings:
    """Choose which topics that stand these texts are compared with."""
    began = monotonic()
    rows = IN_SHORT.all(
        connection, user_id=order.user_id, match_days=settings.match_days, limit=MOST
    )
    met = find_met(texts, rows)
    others = [row for row in rows if row.topic_id not in met]
    newest = {row.topic_id for row in others[: settings.match_newest]}
    rest = [row for row in others if row.topic_id not in newest]
    near = _nearest(connection, find_new(texts, rows), rest, settings.match_nearest)
    return Standings([*met, *newest, *near], order, settings, began)


def find_met(texts: list[Material], rows: list[ShortRow]) -> set[UUID]:
    """Topics that are told from one of these texts, or from what one is a section of."""
    known = {key for one in texts for key in (one.identity, one.url, one.whole) if key}
    return {row.topic_id for row in rows if row.identity in known or row.address in known}


def find_new(texts: list[Material], rows: list[ShortRow]) -> list[Material]:
    """Texts that no topic is told from, each once."""
    told = {key for row in rows for key in (row.identity, row.address)}
    return list({one.identity: one for one in texts if one.identity not in told}.values())


def _nearest(
    connection: Connection[Any], new: list[Material], rows: list[ShortRow], most: int
) -> list[UUID]:
    """Those of these topics that share most with any one of the new texts."""
    if not new or not rows or not most:
        return []
    bodies = [one.body[:_BEGINNING] for one in new]
    asked = [_numbers(row.words) for row in WORDS_IN.all(connection, bodies=bodies)]
    near = nearness(asked, [_numbers(row.words) for row in rows])
    ranked = [place for place in np.argsort(-near, kind="stable")[:most] if near[place]]
    return list(dict.fromkeys(rows[place].topic_id for place in ranked))


def _numbers(words: bytes) -> Words:
    return np.frombuffer(words, ">i4")
