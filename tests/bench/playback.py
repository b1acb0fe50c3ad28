"""``make bench-playback``: does an episode come fast enough to be listened to as it is made?

Episodes are asked for one after another; a client reads each as fast as it comes and notes when
every 20 ms were there. From that follows what a player hears that begins with 2 s in its buffer and
plays in real time. The first run is also really played, block by block, by the clock.
"""

import argparse
import json
import math
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from tests.acceptance.api import Caller, Document
from tests.bench.ear import Ear
from tests.bench.hops import environment
from tests.bench.player import Played, play_in_real_time
from tests.bench.playing import BUFFER, Playing, play
from tests.bench.running import Asked, ask, get_running
from tests.bench.sound import first_sound
from tests.bench.topics import orders

LONGEST = 1800.0


@dataclass(frozen=True)
class Heard:
    """One episode, from the request to its last block."""

    topic: str
    asked: float
    first_audio: float
    """POST to first audio, in seconds."""
    playing: Playing
    played: Played | None
    """What a player heard by the clock, where one played."""

    @property
    def dry(self) -> int:
        """Underruns, of either player."""
        return self.playing.underruns + (self.played.underruns if self.played else 0)

    @property
    def is_smooth(self) -> bool:
        """Whether each player heard all of it without a break."""
        return self.dry == 0 and (self.played is None or self._heard_all(self.played))

    def _heard_all(self, played: Played) -> bool:
        return played.broke_off is None and math.isclose(played.seconds, self.playing.seconds)


def hear(caller: Caller, body: Document, *, really: bool = False) -> Heard:
    """Ask for a podcast and listen to its end.

    Raises:
        RuntimeError: it did not become whole.
    """
    asked = ask(caller, body)
    ear = Ear(asked.websocket_url)
    player = Ear(asked.websocket_url) if really else None
    try:
        with ThreadPoolExecutor(1) as one:
            playing = one.submit(play_in_real_time, player) if player else None
            end = ear.wait_for_end(LONGEST)
            if end["type"] != "stream_end":
                raise RuntimeError(f"{asked.podcast_id}: {end}")
            return _judge(body["topic"], asked, ear, playing.result() if playing else None)
    finally:
        for each in (ear, player):
            if each is not None:
                each.close()


def _judge(topic: str, asked: Asked, ear: Ear, played: Played | None) -> Heard:
    first = ear.moment_of(first_sound(ear.data)) - asked.at
    return Heard(topic, asked.at, first, play(ear.arrivals()), played)


def describe(name: str, heard: Heard) -> str:
    """One line."""
    playing = heard.playing
    told = (
        f"{name}: first audio {heard.first_audio:5.2f} s, play from "
        f"{playing.started - heard.asked:5.2f} s, {playing.underruns} underruns"
        f" ({playing.waited:.2f} s), smallest margin {playing.margin:5.2f} s at second"
        f" {playing.closest:.0f}; {playing.seconds:.0f} s of stream, there after"
        f" {playing.arrived - heard.asked:.0f} s  “{heard.topic}”"
    )
    if heard.played is None:
        return told
    real = heard.played
    return (
        f"{told}\n    played by the clock: {real.seconds:.2f} of {playing.seconds:.2f} s,"
        f" {real.underruns} underruns ({real.waited:.2f} s)"
        f"{f', BROKE OFF: {real.broke_off}' if real.broke_off else ''}"
    )


def as_raw(heard: list[Heard]) -> str:
    """All figures, for a machine."""
    return "raw " + json.dumps([asdict(each) for each in heard])


def main() -> int:
    """Measure and print; 1 where a player ran dry, or did not hear all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10, choices=range(1, 21), metavar="1-20")
    parser.add_argument("--minutes", type=int, default=5, help="length of the episodes")
    parser.add_argument("--really", type=int, default=1, help="runs also played by the clock")
    asked = parser.parse_args()
    stack = get_running()
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {environment()}")
    print(
        f"{asked.runs} runs of a {asked.minutes}-minute episode, one after another, played in"
        f" real time with {BUFFER:.0f} s of initial buffer",
        flush=True,
    )
    caller, runs = stack.somebody(), []
    for number, body in enumerate(orders(asked.minutes)[: asked.runs]):
        stack.wait_until_calm()
        runs.append(hear(caller, body, really=number < asked.really))
        print(describe(f"{number + 1:2}", runs[-1]), flush=True)
    print(as_raw(runs))
    kept = sum(each.is_smooth for each in runs)
    print(f"{kept} of {len(runs)} heard whole and without an underrun")
    return 0 if kept == len(runs) else 1


if __name__ == "__main__":
    sys.exit(main())
