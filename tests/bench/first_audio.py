"""``make bench-first-audio``: how long from asking for a podcast to hearing its first line.

Episodes about different things are asked for one after another, each by the same new caller, of a
stack that has nothing else to do. A WebSocket client connects right after the 202; the first audio
is there the moment the last byte came that FFmpeg needs to decode something louder than silence.
It counts only where it is this episode's own first line, spoken for it. For some runs the episode
is then made to its end, and a second client that waited for that connects: what listening costs
where the whole is made first. The other runs are cancelled, and the stack comes to rest before the
next. A run that warms up goes first and is told apart.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.acceptance.api import Caller, Document
from tests.bench.ear import Ear
from tests.bench.hops import environment, percentile
from tests.bench.milestones import PHASES, Way
from tests.bench.queries import read_query
from tests.bench.running import Asked, Running, ask, get_running
from tests.bench.sound import Silent, cut, decode, first_sound
from tests.bench.topics import orders, warm_up
from tests.recogniser import compare, transcribe

P50, P95, VOICE_P50 = 2.0, 3.0, 1.0
LONGEST = 60.0
"""Seconds after which a run has failed."""
MOST_ERRORS = 0.34
"""Share of a line's words that the recogniser may hear otherwise."""
_MILESTONES = read_query("milestones")


@dataclass(frozen=True)
class Run:
    """One podcast, as it was heard."""

    topic: str
    way: Way
    word_errors: float | None
    """Of the first line, where the recogniser was asked."""
    whole: float | None
    """POST to first audio where the whole is made first, in seconds; None where it was not made."""


def run(stack: Running, caller: Caller, body: Document, *, hear: bool, whole: bool) -> Run:
    """Ask for a podcast and listen."""
    asked = ask(caller, body)
    ear = Ear(asked.websocket_url)
    try:
        way = listen(stack, asked, ear)
        told = cut(ear.data, way.first_byte, way.end_byte)
        after = hear_whole(caller, asked) if whole else None
    finally:
        ear.close()
        if not whole:
            caller.client.delete(f"/api/v1/podcasts/{asked.podcast_id}")
    errors = compare(way.text, transcribe(decode(told))).word_error_rate if hear else None
    return Run(body["topic"], way, errors, after)


def listen(stack: Running, asked: Asked, ear: Ear) -> Way:
    """Wait for the first line to be there whole, and find out when it could first be heard."""
    deadline = time.monotonic() + LONGEST
    wanted = 1
    while ear.wait_for(wanted, deadline - time.monotonic()):
        try:
            row = stack.read(_MILESTONES, asked.podcast_id)
        except LookupError:
            wanted = ear.length + 1  # a header, so far
            continue
        if not ear.wait_for(row["end_byte"], deadline - time.monotonic()):
            break
        try:
            heard = first_sound(ear.data)
        except Silent:
            wanted = ear.length + 1
            continue
        return Way.read(asked, ear.moment_of(heard), heard, row)
    raise RuntimeError(f"No sound of {asked.podcast_id} within {LONGEST:.0f} s: {ear.end}")


def hear_whole(caller: Caller, asked: Asked) -> float:
    """The same episode for somebody who connects once it is made: seconds from the request."""
    ended = caller.wait(asked.podcast_id, 600)
    if ended["status"] not in ("COMPLETED", "COMPLETED_WITH_ERRORS"):
        raise RuntimeError(f"{asked.podcast_id} ended {ended['status']}: {ended['error']}")
    ear = Ear(asked.websocket_url)
    ear.wait_for_end(60)
    ear.close()
    return ear.moment_of(first_sound(ear.data)) - asked.at


def spread(count: int, of: int) -> set[int]:
    """``count`` of the numbers below ``of``, evenly apart."""
    chosen = min(count, of)
    return {round(place * (of - 1) / max(1, chosen - 1)) for place in range(chosen)}


def measure(stack: Running, asked: argparse.Namespace) -> list[Run]:
    """All runs, a line for each."""
    heard, whole = spread(asked.heard, asked.runs), spread(asked.wholes, asked.runs)
    caller = stack.somebody()
    stack.wait_until_calm()
    warm = run(stack, caller, warm_up(), hear=bool(heard), whole=False)
    print(describe("warm-up, not counted", warm))
    print(
        "  " + ", ".join(f"{name} {took:.2f}" for name, took in warm.way.phases.items()), flush=True
    )
    runs = []
    for number, body in enumerate(orders(asked.minutes)[: asked.runs]):
        calm = stack.wait_until_calm()
        runs.append(run(stack, caller, body, hear=number in heard, whole=number in whole))
        print(
            describe(f"{number + 1:2}", runs[-1]) + ("" if calm else ", began restless"), flush=True
        )
    return runs


def describe(name: str, one: Run) -> str:
    """One line for one run."""
    way = one.way
    told = [f"{name}: first audio {way.first_audio:5.2f} s, of that after the voice's start"]
    told.append(
        f"{way.after_voice:.2f} s, 202 after {way.seconds('asked', 'answered') * 1000:.0f} ms"
    )
    told.append(f"({way.speaker}: “{way.text[:40]}…”)")
    if one.word_errors is not None:
        told.append(f"heard with {one.word_errors:.0%} of its words wrong")
    if one.whole is not None:
        told.append(f"made whole first: {one.whole:.1f} s")
    return " ".join(told)


def table(runs: Sequence[Run]) -> str:
    """Where the time goes: p50, p95 and the longest of each phase."""
    rows = [f"{'seconds':<16}{'p50':>7}{'p95':>7}{'most':>7}"]
    for name, (_, _, meaning) in PHASES.items():
        rows.append(_row(name, [one.way.phases[name] for one in runs]) + f"  {meaning}")
    rows.append(_row("first audio", [one.way.first_audio for one in runs]) + "  POST to sound")
    rows.append(_row("voice → audio", [one.way.after_voice for one in runs]) + "  part of it")
    if wholes := [one.whole for one in runs if one.whole is not None]:
        rows.append(
            _row("made whole", wholes) + f"  POST to sound, {len(wholes)} of these episodes"
        )
    return "\n".join(rows)


def _row(name: str, values: Sequence[float]) -> str:
    figures = (statistics.median(values), percentile(values, 95), max(values))
    return f"{name:<16}" + "".join(f"{figure:7.2f}" for figure in figures)


def judge(runs: Sequence[Run]) -> list[str]:
    """What was promised and not kept."""
    first = [one.way.first_audio for one in runs]
    voice = [one.way.after_voice for one in runs]
    borrowed = len(runs) - len({one.way.text for one in runs})
    unclear = [one for one in runs if (one.word_errors or 0) > MOST_ERRORS]
    promises = {
        f"first audio p50 ≤ {P50} s": statistics.median(first) <= P50,
        f"first audio p95 ≤ {P95} s": percentile(first, 95) <= P95,
        f"voice → audio p50 ≤ {VOICE_P50} s": statistics.median(voice) <= VOICE_P50,
        "no two episodes begin with the same line": borrowed == 0,
        "the recogniser hears the script's line": not unclear,
    }
    return [promise for promise, kept in promises.items() if not kept]


def main() -> int:
    """Measure and print; 1 where a promise was not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20, choices=range(1, 21), metavar="1-20")
    parser.add_argument("--minutes", type=int, default=5, help="length of the episodes")
    parser.add_argument("--wholes", type=int, default=3, help="runs that are also made whole first")
    parser.add_argument("--heard", type=int, default=5, help="runs that a recogniser listens to")
    asked = parser.parse_args()
    stack = get_running()
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {environment()}")
    print(f"{asked.runs} runs of a {asked.minutes}-minute episode, one after another", flush=True)
    runs = measure(stack, asked)
    print(table(runs))
    print("raw " + json.dumps([{"topic": one.topic, **one.way.phases} for one in runs]))
    broken = judge(runs)
    print("all promises kept" if not broken else "NOT KEPT: " + "; ".join(broken))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
