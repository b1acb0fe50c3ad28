"""``make bench-listen``: pressing "Listen" on the first card while the others are still being made.

A stack of its own with five feeds on this machine, as ``make bench-refresh`` has. One turn is: the
pool is emptied and refreshed with thirty-two cards, with nothing beside it; the stack rests, and
somebody new presses "Listen" on one of them; the pool is emptied and refreshed once more, and
somebody new presses on the first card the moment a browser is told of it. Episodes are heard to
their ends by a client that reads as fast as it can, from which follows what a player with 2 s in
its buffer hears. Turns follow one another, so that a slow minute of the machine hits all alike.
"""

import argparse
import json
import statistics
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from scripts.local.places import Places
from scripts.local.supervisor import Supervisor
from tests.acceptance.running import Stack
from tests.agents.site import Site, open_site
from tests.bench.copied import copied_stack
from tests.bench.ear import Ear
from tests.bench.feeds import lay_feeds
from tests.bench.first_audio import listen
from tests.bench.hops import environment, percentile
from tests.bench.milestones import PHASES, Way
from tests.bench.playing import BUFFER, Playing, play
from tests.bench.refresh import EIGHT, FIRST, MANY, Bench, Round, describe_all
from tests.bench.running import Running, ask

SOON = 5.0
"""Seconds from the press to the first audio."""
CARDS = 32
FIGURES = ("first_card", "first_cover", "eighth_cover", "last_cover", "closed")
"""Of a refresh, in seconds since its order."""
QUIET = {
    "AETHERCAST_FETCH_ALLOW_LOOPBACK": "true",
    "AETHERCAST_SNIPPETS_SCHEDULE": "",
    "AETHERCAST_REFRESH_AT_START": "false",
    "AETHERCAST_REFRESH_ON_VISIT": "false",
}


@dataclass(frozen=True)
class Pressed:
    """One "Listen", heard to its end."""

    way: Way
    playing: Playing

    @property
    def played_after(self) -> float:
        """Seconds from the press until a player begins."""
        return self.playing.started - self.way.moments["asked"]


@dataclass
class Turns:
    """What was measured, a turn after the other."""

    refreshed: list[Round] = field(default_factory=list)
    """With nothing beside it."""
    alone: list[Pressed] = field(default_factory=list)
    during: list[Pressed] = field(default_factory=list)
    disturbed: list[Round] = field(default_factory=list)
    """The refreshes that those were pressed in."""


def feeds_of(site: Site) -> dict[str, str]:
    """The setting that names them."""
    return {"AETHERCAST_FEEDS": json.dumps(lay_feeds(site))}


def run_of(stack: Stack) -> Running:
    """The copied stack, as a bench asks it for podcasts."""
    places = Places(stack.root)
    supervisor = Supervisor(places).pid
    assert supervisor is not None
    secret = stack.settings["AETHERCAST_SECRET_KEY"].encode()
    return Running(stack.facade, stack.database_url, secret, supervisor, places)


def press(running: Running, topic_id: str, minutes: int) -> Pressed:
    """Ask for a card's episode, as its button does, and listen to the end."""
    body = {"topic_id": topic_id, "user_preferences": {"length_minutes": minutes}}
    asked = ask(running.somebody(), body)
    ear = Ear(asked.websocket_url)
    try:
        way = listen(running, asked, ear)
        end = ear.wait_for_end(600)
        if end["type"] != "stream_end":
            raise RuntimeError(f"{asked.podcast_id}: {end}")
        return Pressed(way, play(ear.arrivals()))
    finally:
        ear.close()


def take_turn(bench: Bench, running: Running, minutes: int, turns: Turns) -> None:
    """A refresh, a press, and both together."""
    running.wait_until_calm()
    turns.refreshed.append(bench.measure(CARDS))
    print(describe_round("refresh alone", turns.refreshed[-1]), flush=True)
    running.wait_until_calm()
    cards = bench.visitor.get("/api/v1/snippets").raise_for_status().json()["snippets"]
    turns.alone.append(press(running, cards[0]["topic_id"], minutes))
    print(describe_press("pressed alone", turns.alone[-1]), flush=True)
    running.wait_until_calm()
    with ThreadPoolExecutor(1) as one:
        told: list[Future[Pressed]] = []
        at_once = pressing(one, running, minutes, told)
        turns.disturbed.append(bench.measure(CARDS, at_once))
        turns.during.append(told[0].result())
    print(describe_round("refresh with a press", turns.disturbed[-1]))
    print(describe_press("pressed during it", turns.during[-1]), flush=True)


def pressing(
    one: ThreadPoolExecutor, running: Running, minutes: int, told: list[Future[Pressed]]
) -> Callable[[dict[str, Any]], None]:
    """What is done the moment the first card is told."""

    def at_once(card: dict[str, Any]) -> None:
        told.append(one.submit(press, running, card["topic_id"], minutes))

    return at_once


def describe_round(name: str, one: Round) -> str:
    """One line for one refresh."""
    return (
        f"{name:<21}: first card {one.first_card:5.2f} s, with cover {one.first_cover:5.2f}, eight "
        f"{one.eighth_cover:5.2f}, all {one.cards} {one.last_cover:5.2f}, closed {one.closed:5.2f}"
    )


def describe_press(name: str, one: Pressed) -> str:
    """One line for one episode."""
    playing = one.playing
    return (
        f"{name:<21}: first audio {one.way.first_audio:5.2f} s, plays from {one.played_after:5.2f},"
        f" {playing.underruns} underruns ({playing.waited:.2f} s), smallest margin "
        f"{playing.margin:.2f} at second {playing.closest:.0f} of {playing.seconds:.0f}\n"
        f"{'':<23}" + ", ".join(f"{phase} {took:.2f}" for phase, took in one.way.phases.items())
    )


def table(turns: Turns) -> str:
    """Alone and during a refresh, side by side: p50 and p95."""
    rows = [f"{'seconds':<22}{'alone p50':>11}{'p95':>7}{'during p50':>12}{'p95':>7}"]
    for phase in PHASES:
        took = [[one.way.phases[phase] for one in found] for found in (turns.alone, turns.during)]
        rows.append(_row(phase, *took))
    rows.append(_row("press to first audio", *_both(turns, lambda one: one.way.first_audio)))
    rows.append(_row("press to playing", *_both(turns, lambda one: one.played_after)))
    rows.append(_row("smallest margin", *_both(turns, lambda one: one.playing.margin)))
    for figure in FIGURES:
        both = ([getattr(one, figure) for one in rounds] for rounds in _rounds(turns))
        rows.append(_row(f"refresh: {figure}", *both))
    return "\n".join(rows)


def _both(turns: Turns, figure: Callable[[Pressed], float]) -> tuple[list[float], list[float]]:
    return [figure(one) for one in turns.alone], [figure(one) for one in turns.during]


def _rounds(turns: Turns) -> tuple[list[Round], list[Round]]:
    return turns.refreshed, turns.disturbed


def _row(name: str, alone: Sequence[float], during: Sequence[float]) -> str:
    cells = [
        f"{statistics.median(alone):11.2f}{percentile(alone, 95):7.2f}",
        f"{statistics.median(during):12.2f}{percentile(during, 95):7.2f}",
    ]
    return f"{name:<22}" + "".join(cells)


def judge(turns: Turns) -> list[str]:
    """What was promised and not kept."""
    pressed = [*turns.alone, *turns.during]
    first = [one.way.first_audio for one in turns.during]
    rounds = turns.disturbed
    promises = {
        f"first audio during a refresh p95 ≤ {SOON:g} s": percentile(first, 95) <= SOON,
        "no underrun": not any(one.playing.underruns for one in pressed),
        f"first card ≤ {FIRST:g} s": statistics.median(one.first_card for one in rounds) <= FIRST,
        f"8 covers ≤ {EIGHT:g} s": statistics.median(one.eighth_cover for one in rounds) <= EIGHT,
        f"32 covers ≤ {MANY:g} s": statistics.median(one.last_cover for one in rounds) <= MANY,
    }
    return [promise for promise, kept in promises.items() if not kept]


def as_raw(turns: Turns) -> str:
    """All figures, for a machine."""
    pressed = {
        name: [{**one.way.phases, "first_audio": one.way.first_audio, **asdict(one.playing)}
               for one in found]
        for name, found in (("alone", turns.alone), ("during", turns.during))
    }  # fmt: skip
    rounds = {
        name: [{figure: getattr(one, figure) for figure in FIGURES} for one in found]
        for name, found in (("refreshed", turns.refreshed), ("disturbed", turns.disturbed))
    }
    return "raw " + json.dumps(pressed | rounds)


def main() -> int:
    """Measure and print; 1 where a promise is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=10)
    parser.add_argument("--minutes", type=int, default=5, help="length of the episodes")
    asked = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {environment()}")
    print(f"{asked.turns} turns, a player with {BUFFER:g} s of buffer", flush=True)
    turns = Turns()
    with open_site() as site, copied_stack({**QUIET, **feeds_of(site)}) as stack:
        bench, running = Bench(stack), run_of(stack)
        take_turn(bench, running, 1, Turns())
        print("that was to warm up, and does not count", flush=True)
        for _ in range(asked.turns):
            take_turn(bench, running, asked.minutes, turns)
    print(table(turns))
    for name, rounds in zip(("alone", "with a press"), _rounds(turns), strict=True):
        print(f"a refresh's steps, {name}\n{describe_all(rounds)}")
    print(as_raw(turns))
    broken = judge(turns)
    print("all promises kept" if not broken else "NOT KEPT: " + "; ".join(broken))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
