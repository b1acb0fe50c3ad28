"""``python -m tests.bench.landing``: how fast the landing page's cards are answered, beside a route
that does nothing.

PostgreSQL, Redis, the facade as production starts it, a bare FastAPI route under the same uvicorn,
and a pacer are a process each. The pacer asks 100 times a second by the clock and counts from the
moment each request was due, so a server that stands still is charged for all who wait meanwhile.
Three callers with tokens ask in turn: one of whom nothing is known, one who likes and mutes, one
who wants a single category. Then forty browsers, each signed in with a cookie and with likes of its
own, ask for the cards, and for the page itself. The rounds of all these and of the bare route
alternate. The second table is the same while a card changes every second.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg

from api.login_link import mint
from api.settings import FacadeSettings
from api.token import issue
from tests.agents.sca.seed import seed_cards
from tests.bench.servers import Servers
from tests.bench.status import environment, start_bare, start_facade
from tests.conftest import ROOT

P50_PROMISED = 20.0
P99_PROMISED = 100.0
"""Milliseconds."""
CARDS = 60
PATH = "/api/v1/snippets"
BROWSERS = 40
BY_TOKEN, BY_COOKIE = "facade", f"by {BROWSERS} browsers"
PROMISED = (BY_TOKEN, BY_COOKIE)
"""The cards' answers; what the page itself takes is told beside them."""
QUIET, BUSY = "nothing changes", "a card changes every second"


@dataclass(frozen=True)
class Figure:
    """One round."""

    milliseconds: list[float]
    micros: float
    """Processor time of the server for an answer, in millionths of a second."""
    bytes: float
    """Of an answer."""

    def at(self, share: float) -> float:
        """The time within which that share was answered."""
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Pacer:
    """The pacer's process."""

    def __init__(self, rate: float, seconds: float) -> None:
        self._shape = {"rate": rate, "seconds": seconds}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.pace"], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def measure(self, server: psutil.Process, port: int, requests: list[Any]) -> Figure:
        """Ask for a while; every answer has to be 200."""
        before = sum(server.cpu_times()[:2])
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        asked = {**self._shape, "port": port, "requests": requests}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        told = json.loads(self._process.stdout.readline())
        if told["status"] != [200]:
            raise RuntimeError(f"port {port} answered {told['status']}")
        times = told["milliseconds"]
        took = sum(server.cpu_times()[:2]) - before
        return Figure(times, 1e6 * took / len(times), told["bytes"] / len(times))

    def end(self) -> None:
        """Let it go."""
        self._process.communicate()


def make_callers(servers: Servers, port: int) -> list[dict[str, Any]]:
    """Sixty cards, and what three callers ask for."""
    with psycopg.connect(servers.env["AETHERCAST_DATABASE_URL"], autocommit=True) as connection:
        seed_cards(connection, CARDS, hours_apart=0.5)
    secret = servers.env["AETHERCAST_SECRET_KEY"].encode()
    plain, choosy, single = (
        {"Authorization": f"Bearer {issue(secret, name, 7200)}"}
        for name in ("plain", "choosy", "single")
    )
    wishes = {"preferences": {"liked": ["science", "food"], "muted": ["music"]}}
    httpx.patch(
        f"http://127.0.0.1:{port}/api/v1/sessions/current", json=wishes, headers=choosy
    ).raise_for_status()
    requests: list[dict[str, Any]] = [
        {"path": PATH, "headers": plain},
        {"path": PATH, "headers": choosy},
        {"path": f"{PATH}?category=nature", "headers": single},
    ]
    for each in requests:
        url = f"http://127.0.0.1:{port}{each['path']}"
        page = httpx.get(url, headers=each["headers"]).raise_for_status().json()
        assert page["snippets"], each
    return requests


def sign_in(servers: Servers, port: int) -> list[dict[str, str]]:
    """The headers of browsers that are signed in, no two of which like the same."""
    url, env = f"http://127.0.0.1:{port}", servers.env
    settings = FacadeSettings.model_construct(
        database_url=env["AETHERCAST_DATABASE_URL"], login_code_minutes=15
    )
    signed_in = []
    for place in range(BROWSERS):
        form = {"code": mint(settings, f"browser-{place}")}
        with httpx.Client(base_url=url, headers={"Origin": url}) as browser:
            assert browser.post("/login", data=form).status_code == 303
            listed = browser.get("/api/v1/categories").raise_for_status().json()["categories"]
            names = [each["category"] for each in listed]
            likes = [name for bit, name in enumerate(names) if place >> bit & 1]
            wishes = {"preferences": {"liked": likes, "muted": names[-1:]}}
            browser.patch("/api/v1/sessions/current", json=wishes).raise_for_status()
            cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        signed_in.append({"Cookie": cookie})
    return signed_in


@contextmanager
def changing(url: str) -> Iterator[None]:
    """Within the block a card changes every second."""
    over = threading.Event()

    def change() -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            while not over.wait(1.0):
                connection.execute(
                    """UPDATE topics_snippets SET text_content = text_content WHERE id = (
                           SELECT id FROM topics_snippets WHERE type = 'snippet'
                           ORDER BY random() LIMIT 1)"""
                )

    writer = threading.Thread(target=change)
    writer.start()
    try:
        yield
    finally:
        over.set()
        writer.join()


def measure(servers: Servers, pacer: Pacer, rounds: int) -> dict[str, dict[str, list[Figure]]]:
    """What was measured, by what went on meanwhile and by who was asked."""
    servers.env |= {"AETHERCAST_REFRESH_AT_START": "false", "AETHERCAST_REFRESH_ON_VISIT": "false"}
    bare_port, bare = start_bare(servers)
    port, facade = start_facade(servers)
    requests = make_callers(servers, port)
    idle = [{"path": f"/bare/{uuid.uuid4()}", "headers": requests[0]["headers"]}]
    browsers = sign_in(servers, port)
    rows = {
        BY_TOKEN: (facade, port, requests),
        BY_COOKIE: (facade, port, [{"path": PATH, "headers": each} for each in browsers]),
        "the page, by them": (facade, port, [{"path": "/", "headers": each} for each in browsers]),
        "bare": (bare, bare_port, idle),
    }
    figures: dict[str, dict[str, list[Figure]]] = defaultdict(lambda: defaultdict(list))
    for row in rows.values():
        pacer.measure(*row)  # warms up, and is left out

    def measure_all(meanwhile: str) -> None:
        for _ in range(rounds):
            for name, row in rows.items():
                figures[meanwhile][name].append(pacer.measure(*row))

    measure_all(QUIET)
    with changing(servers.env["AETHERCAST_DATABASE_URL"]):
        measure_all(BUSY)
    pacer.end()
    return figures


def together(rounds: list[Figure]) -> Figure:
    """All rounds as one."""
    return Figure(
        [each for figure in rounds for each in figure.milliseconds],
        statistics.mean(figure.micros for figure in rounds),
        statistics.mean(figure.bytes for figure in rounds),
    )


def report(figures: dict[str, dict[str, list[Figure]]]) -> int:
    """The tables; 1 where the promise is not kept, which is about the first."""
    kept = True
    for meanwhile, asked in figures.items():
        print(f"\n{meanwhile:<28} p50 ms  p90 ms  p99 ms  max ms  CPU µs   bytes")
        for name, rounds in asked.items():
            whole = together(rounds)
            parts = [(f"{name} {place}", each) for place, each in enumerate(rounds, 1)]
            for title, each in [*parts, (name, whole)]:
                times = "".join(f"{each.at(share):8.1f}" for share in (0.5, 0.9, 0.99, 1.0))
                print(f"{title:<26}{times}{each.micros:8.0f}{each.bytes:8.0f}")
            if meanwhile == QUIET and name in PROMISED:
                kept &= whole.at(0.5) <= P50_PROMISED and whole.at(0.99) <= P99_PROMISED
    promise = f"p50 {P50_PROMISED:.0f} ms, p99 {P99_PROMISED:.0f} ms"
    print(f"\npromised {promise} at 100 a second: " + ("kept" if kept else "NOT KEPT"))
    return 0 if kept else 1


def main(rounds: int, seconds: float, rate: float) -> int:
    """Measure and print; 1 where the promise is not kept."""
    print(environment())
    with tempfile.TemporaryDirectory(prefix="aethercast-bench-") as folder:
        servers = Servers(Path(folder))
        try:
            servers.start_data()
            figures = measure(servers, Pacer(rate, seconds), rounds)
        finally:
            servers.end()
    return report(figures)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--rate", type=float, default=100.0)
    chosen = parser.parse_args()
    sys.exit(main(chosen.rounds, chosen.seconds, chosen.rate))
