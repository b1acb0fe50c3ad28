"""`make podcast TOPIC="…" [SOURCES="file url …"] [MINUTES=n] [OUT=path]`: one episode, saved.

Starts the stack where it does not run, and leaves it running. Given again while the episode is
being made, the same command joins it. Ends with 0 when the MP3 is in place, 1 when the stack
or the network fails, 2 for a wrong command, 3 when the facade refuses, 4 when the episode
failed, 5 when it was cancelled, 6 when nothing moved for 20 minutes, 130 when interrupted (the
episode goes on being made).
"""

import os
import sys
import time
from typing import Any

from rich.console import Console

from scripts.facade import Facade, Refused, Unreachable
from scripts.local.__main__ import EXPECTED
from scripts.local.login import login_link
from scripts.local.places import Places
from scripts.local.plan import Plan
from scripts.local.ports import LOOPBACK
from scripts.local.up import bring_up
from scripts.order import BadOrder, Order, OrderBook, read_order
from scripts.watch import EpisodeDisplay

ENDS = {"COMPLETED": 0, "COMPLETED_WITH_ERRORS": 0, "FAILED": 4, "CANCELLED": 5}
BETWEEN = 0.5  # seconds between two looks at the episode
WATCHFUL = 0.1  # the same until it can be heard
STUCK = 1200.0  # seconds without any change until the command gives up


class NothingMoves(RuntimeError):
    """The episode has not changed for a long time."""


def make_episode(order: Order, places: Places, console: Console) -> int:
    """Bring the stack up, have the episode made, save it and say where it is; the exit code."""
    plan = bring_up(places, console, quietly=True)
    book = OrderBook(places.state / "orders")
    key, known = book.key(order)
    facade = Facade(address_of(plan), places.token.read_text().strip())
    accepted = facade.request(order, key)
    if known:
        console.print("This episode is being made already; joining it.")
    podcast = follow(facade, str(accepted["workflow_id"]), console)
    code = ENDS[podcast["status"]]
    if code == 0 and podcast["media"]["audio"] is None:
        code = ENDS["FAILED"]
        reason = podcast.get("error") or "its sound did not pass quality control"
        console.print(f"There is no MP3: {reason}", markup=False)
    elif code == 0:
        save(facade, podcast, order, console)
    else:
        console.print(f"The episode {podcast['status'].lower()}: {podcast.get('error') or ''}")
    book.close(order)
    where = addresses(podcast, address_of(plan))
    if link := login_link(plan):
        where["Sign in"] = link
    for label, value in where.items():
        console.print(f"{label:<9} {value}", highlight=False, markup=False, soft_wrap=True)
    return code


def address_of(plan: Plan) -> str:
    """Where the facade listens."""
    return f"http://{LOOPBACK}:{plan.variables['API_PORT']}"


def follow(facade: Facade, workflow_id: str, console: Console) -> dict[str, Any]:
    """Show the episode until it is made; its last state.

    Raises:
        NothingMoves: nothing changed for 20 minutes.
    """
    changed = time.monotonic()
    last: dict[str, Any] = {}
    with EpisodeDisplay(console) as display:
        while True:
            podcast = facade.podcast(workflow_id)
            display.show(podcast)
            if podcast["status"] in ENDS:
                return podcast
            if podcast != last:
                changed, last = time.monotonic(), podcast
            if time.monotonic() - changed > STUCK:
                raise NothingMoves(f"Nothing has moved for {STUCK / 60:.0f} minutes: make logs")
            time.sleep(BETWEEN if display.first_audio else WATCHFUL)


def save(facade: Facade, podcast: dict[str, Any], order: Order, console: Console) -> None:
    """Put the MP3 in its place and say what it is."""
    audio = podcast["media"]["audio"]
    size = facade.download(audio["url"], order.out)
    seconds = int(podcast.get("duration_seconds") or 0)
    length = f"{seconds // 60}:{seconds % 60:02d}"
    console.print(f"“{podcast.get('title') or order.topic}”", markup=False, highlight=False)
    console.print(
        f"{order.out}: {length} min, {size / 1e6:.1f} MB, {count_cited(podcast)}",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
    if podcast.get("error"):
        console.print(f"Not all went well: {podcast['error']}", markup=False)


def count_cited(podcast: dict[str, Any]) -> str:
    """How many of the sources the script cites, in words."""
    parts = (podcast.get("script") or {}).get("parts", [])
    cited = {
        citation["source_id"]
        for part in parts
        for line in part["lines"]
        for citation in line["citations"]
    }
    had = len(podcast.get("sources", []))
    return f"{len(cited)} of {had} source{'s' * (had != 1)} cited"


def addresses(podcast: dict[str, Any], facade: str) -> dict[str, str]:
    """Where a person goes from here, by label."""
    links = podcast["links"]
    here = {
        "Episode": links.get("episode"), "Stories": "/", "API": links["self"],
        "Airflow": links["airflow_run"],
    }  # fmt: skip
    return {
        label: link if link.startswith("http") else facade + link
        for label, link in here.items()
        if link
    }


def main() -> int:
    """Make the episode that the environment asks for."""
    console = Console()
    try:
        order = read_order(os.environ)
        return make_episode(order, Places(), console)
    except BadOrder as problem:
        return _fail(problem, 2)
    except Refused as problem:
        return _fail(problem, 3)
    except NothingMoves as problem:
        return _fail(problem, 6)
    except (Unreachable, OSError, *EXPECTED) as problem:
        return _fail(problem, 1)
    except KeyboardInterrupt:
        sys.stderr.write("\nThe episode goes on being made; the same command joins it again.\n")
        return 130


def _fail(problem: Exception, code: int) -> int:
    sys.stderr.write(f"{problem}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
