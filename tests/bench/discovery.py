"""What a discovery costs by how much stands: python -m tests.bench.discovery [standing] [new].

So many topics of a fortnight stand in a database of its own, and so many new texts are sorted into
stories among them, as ``tda.discover_topics`` does it: once in a process that has read nothing yet,
and again as under the lock. The texts are made up: a few thousand words, some of them much more
frequent, and names that hardly two texts share; one new text in ten tells what an old one told.
"""

import random
import resource
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from time import process_time
from typing import Any
from uuid import UUID

import psycopg

from agents.tda.candidates import find_candidates
from agents.tda.matching import make_plan
from agents.tda.material import Material
from agents.tda.order import Order
from agents.tda.settings import DiscoverySettings
from agents.tda.store import propose
from agents.tda.story import Story
from tests.bench.servers import Servers

STANDING, NEW = 8_000, 600
DAYS, DAYS_OF_NEWS = 14, 5
_SYLLABLES = [f"{a}{b}" for a in "bdfgklmnprstvz" for b in "aeiou"]
_WORDS, _NAMES = 6_000, 12_000


class Writer:
    """Makes texts up, the same ones each time."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._words = [self._word() for _ in range(_WORDS)]
        self._names = [self._word().title() for _ in range(_NAMES)]
        self._weights = list(accumulate(1 / (place + 10) for place in range(_WORDS)))

    def _word(self) -> str:
        return "".join(self._random.choices(_SYLLABLES, k=self._random.randint(2, 4)))

    def text(self, number: int, age: timedelta, now: datetime) -> Material:
        """One of about 140 words."""
        own = self._random.sample(self._names, 5)
        sentences = [self._sentence(own, 18) for _ in range(7)]
        url = f"https://paper{number % 40}.example/{number}"
        return Material(
            url, "feed", self._sentence(own, 8).rstrip("."), " ".join(sentences),
            f"Paper {number % 40}", url=url, published_at=now - age, seen_at=now - age, usable=7,
        )  # fmt: skip

    def _sentence(self, names: list[str], length: int) -> str:
        words = self._random.choices(self._words, cum_weights=self._weights, k=length)
        words[self._random.randint(1, length - 1)] = self._random.choice(names)
        return f"{words[0].title()} {' '.join(words[1:])}."


def main(standing: int, new: int) -> None:
    """Measure, and print a line for each part."""
    with tempfile.TemporaryDirectory(prefix="bench-discovery-") as folder:
        servers = Servers(Path(folder))
        try:
            url = f"{servers.start_data()}/aethercast"
            with psycopg.connect(url, autocommit=True) as connection:
                measure(connection, standing, new)
        finally:
            servers.end()


def measure(connection: psycopg.Connection[Any], standing: int, new: int) -> None:
    """Sort new texts twice, and say what it took."""
    now = datetime.now(UTC)
    writer = Writer(1)
    old = [writer.text(n, n * timedelta(days=DAYS) / standing, now) for n in range(standing)]
    stand(connection, old)
    fresh = [writer.text(standing + n, n * timedelta(days=DAYS_OF_NEWS) / new, now)
             for n in range(new)]  # fmt: skip
    texts = [retold(one, old[n]) if n % 10 == 0 else one for n, one in enumerate(fresh)]
    print(f"{standing:,} topics stand, {new} new texts; {peak():.0f} MB before")
    for name in ("the first time", "again"):
        began = process_time()
        rows = find_candidates(connection, texts, ORDER, DiscoverySettings()).read(connection)
        chosen = process_time()
        plan = make_plan(texts, rows, ORDER, now)
        print(f"{name}: {chosen - began:.2f} s of processor to choose {len(rows):,} topics,"
              f" {process_time() - chosen:.2f} s to compare; {len(plan.batch.pairs()):,} pairs"
              f" judged, {len(plan.joined)} stories joined; at most {peak():.0f} MB")  # fmt: skip


ORDER = Order(UUID(int=0))


def retold(one: Material, old: Material) -> Material:
    """A new text that prints an old one once more."""
    return Material(**{**vars(one), "title": old.title, "text": old.text})


def stand(connection: psycopg.Connection[Any], texts: list[Material]) -> None:
    """Write topics, the first met last, and a card of each."""
    with connection.transaction():
        connection.execute(
            "INSERT INTO workflow_instances (workflow_id, trigger_event_type, dag_id, dag_run_id)"
            " VALUES (%s, 'snippets_refresh', 'snippets', 'bench')", (ORDER.workflow_id,)
        )  # fmt: skip
        for text in texts:
            propose(connection, Story((text,), worth=0.5), ORDER)
        connection.execute(
            "UPDATE topics_snippets t SET last_seen_at = s.published_at, generation_timestamp ="
            " s.published_at FROM topic_sources s WHERE s.topic_id = t.id"
        )
        connection.execute(
            "INSERT INTO topics_snippets (id, type, topic_id, title, state, fingerprint)"
            " SELECT gen_random_uuid(), 'snippet', id, left(title, 80), 'ready', fingerprint"
            " FROM topics_snippets"
        )
    connection.execute("ANALYZE")


def peak() -> float:
    """The most memory this process has held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    asked = [int(one) for one in sys.argv[1:]]
    main(*(asked + [STANDING, NEW][len(asked) :]))
