"""``make bench-four``: several podcasts at once on this machine; does each of them come along?

All are asked for in the same moment, each by a caller of its own, and heard as they are made. Told
for each: first audio, and what a player with 2 s in its buffer hears. All together may take more
than the machine has, so that underruns are told and not judged; nobody may starve: each becomes
whole, and has its first word before another is done, and before a listener would give up.
"""

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from tests.bench.hops import environment
from tests.bench.playback import Heard, as_raw, describe, hear
from tests.bench.running import get_running
from tests.bench.topics import orders

LATEST = 20.0
"""Seconds from asking until each has its first audio at the latest."""


def starved(heard: list[Heard]) -> list[Heard]:
    """Those that had no word yet when another had its last, or had it too late."""
    done = min(each.playing.arrived for each in heard)
    return [
        each for each in heard if each.first_audio > LATEST or each.asked + each.first_audio >= done
    ]


def main() -> int:
    """Measure and print; 1 where one starved."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--podcasts", type=int, default=4, choices=range(2, 9), metavar="2-8")
    parser.add_argument("--minutes", type=int, default=5, help="length of the episodes")
    asked = parser.parse_args()
    stack = get_running()
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {environment()}")
    print(f"{asked.podcasts} {asked.minutes}-minute episodes at once", flush=True)
    bodies = orders(asked.minutes)[: asked.podcasts]
    callers = [stack.somebody() for _ in bodies]
    stack.wait_until_calm()
    with ThreadPoolExecutor(len(bodies)) as threads:
        heard = list(threads.map(hear, callers, bodies))
    for number, each in enumerate(heard, 1):
        print(describe(f"{number}", each))
    print(as_raw(heard))
    print(f"{sum(each.is_smooth for each in heard)} of {len(heard)} without an underrun")
    hungry = starved(heard)
    print("nobody starved" if not hungry else f"STARVED: {[each.topic for each in hungry]}")
    return 1 if hungry else 0


if __name__ == "__main__":
    sys.exit(main())
