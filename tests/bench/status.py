"""``python -m tests.bench.status``: how many statuses a facade answers, beside a route that does
nothing.

PostgreSQL, Redis, the facade as production starts it, a bare FastAPI route under the same uvicorn
with the same settings, and a load generator are a process each. Every round asks each of them for a
moment, one after another, on connections kept open; what counts is the ratio of the medians. The
processor time that the server took for an answer is told as well: neighbours cannot change it much.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import fastapi
import httpx
import psutil
import psycopg
import uvicorn

from api.token import issue
from tests.bench.episode import write_episode
from tests.bench.servers import Servers
from tests.conftest import ROOT, free_port, wait_until_open

PROMISED = 0.5
WITHOUT_LIMIT = "1000000000/minute"


@dataclass(frozen=True)
class Figure:
    """One measurement."""

    answers: float
    """A second."""
    micros: float
    """Processor time of the server for an answer, in millionths of a second."""


class Changed(Exception):
    """What was asked is not what it was."""


class Load:
    """The load generator's process."""

    def __init__(self, connections: int, seconds: float) -> None:
        self._shape = {"connections": connections, "seconds": seconds}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.load"], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def measure(self, expected: int, server: psutil.Process, **what: Any) -> Figure:
        """Ask for a moment; each answer has to have the ``expected`` status."""
        before = sum(server.cpu_times()[:2])
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({**self._shape, **what}) + "\n")
        self._process.stdin.flush()
        told = json.loads(self._process.stdout.readline())
        if expected == 304 and 200 in told["status"]:
            raise Changed
        if told["status"] != [expected]:
            raise RuntimeError(f"{what['path']} answered {told['status']}")
        took = sum(server.cpu_times()[:2]) - before
        return Figure(told["answers"] / told["seconds"], 1e6 * took / told["answers"])

    def end(self) -> None:
        """Let it go."""
        self._process.communicate()


def start_facade(servers: Servers) -> tuple[int, psutil.Process]:
    """The facade, as it is started everywhere; its port and process."""
    port = free_port()
    servers.env |= {
        "AETHERCAST_API_PORT": str(port),
        "AETHERCAST_AIRFLOW_URL": f"http://127.0.0.1:{free_port()}",
        "AETHERCAST_MEDIA_URL": (servers.folder / "media").as_uri(),
        "AETHERCAST_LIMIT_READS": WITHOUT_LIMIT,
        "AETHERCAST_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    child = servers.start("facade", sys.executable, "-m", "api")
    wait_until_open(port, child)
    return port, psutil.Process(child.pid)


def start_bare(servers: Servers) -> tuple[int, psutil.Process]:
    """The route that does nothing; its port and process."""
    port = free_port()
    child = servers.start("bare", sys.executable, "-m", "tests.bench.bare", str(port))
    wait_until_open(port, child)
    return port, psutil.Process(child.pid)


def make_podcast(servers: Servers, port: int) -> tuple[UUID, dict[str, str]]:
    """A finished podcast; its id and its caller's headers."""
    token = issue(servers.env["AETHERCAST_SECRET_KEY"].encode(), "bench", 3600)
    headers = {"Authorization": f"Bearer {token}"}
    url = f"http://127.0.0.1:{port}/api/v1/podcasts"
    key = {"X-Idempotency-Key": str(uuid.uuid4())}
    body = {"topic": "How coffee conquered the world", "user_preferences": {"length_minutes": 3}}
    accepted = httpx.post(url, json=body, headers=headers | key).raise_for_status().json()
    workflow_id = UUID(accepted["workflow_id"])
    with psycopg.connect(servers.env["AETHERCAST_DATABASE_URL"], autocommit=True) as connection:
        write_episode(connection, workflow_id)
    return workflow_id, headers


def environment() -> str:
    """What was measured on."""
    return (
        f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}, fastapi {fastapi.__version__}, "
        f"uvicorn {uvicorn.__version__}"
    )


def main(rounds: int, seconds: float, connections: int) -> int:
    """Measure and print; 1 where the promise is not kept."""
    print(environment())
    with tempfile.TemporaryDirectory(prefix="aethercast-bench-") as folder:
        servers = Servers(Path(folder))
        try:
            servers.start_data()
            figures = measure(servers, Load(connections, seconds), rounds)
        finally:
            servers.end()
    return report(figures)


def measure(servers: Servers, load: Load, rounds: int) -> dict[str, list[Figure]]:
    """What was measured, by what was asked; the first round warms up and is left out."""
    bare_port, bare = start_bare(servers)
    port, facade = start_facade(servers)
    workflow_id, headers = make_podcast(servers, port)
    path = f"/api/v1/podcasts/{workflow_id}"
    url = f"http://127.0.0.1:{port}{path}"
    size = len(httpx.get(url, headers=headers).raise_for_status().content)
    print(f"a status of {size} bytes; answers a second (millionths of a second for each)")
    figures: dict[str, list[Figure]] = {"bare": [], "200": [], "304": []}
    own = {"host": "127.0.0.1", "port": port, "path": path}
    idle = {"host": "127.0.0.1", "port": bare_port, "path": f"/bare/{workflow_id}"}
    number = 0
    while number <= rounds:
        etag = httpx.get(url, headers=headers).headers["ETag"]
        known = {**headers, "If-None-Match": etag}
        try:
            found = {
                "bare": load.measure(200, bare, headers=headers, **idle),
                "200": load.measure(200, facade, headers=headers, **own),
                "304": load.measure(304, facade, headers=known, **own),
            }
        except Changed:  # every five minutes the links in a status are renewed, and its tag
            continue
        if number:
            show(f"round {number}", found)
            for name, figure in found.items():
                figures[name].append(figure)
        number += 1
    load.end()
    return figures


def show(title: str, found: dict[str, Figure]) -> None:
    """A line of the table."""
    cells = (f"{name} {one.answers:6.0f} ({one.micros:4.0f})" for name, one in found.items())
    print(f"{title:<10}" + "   ".join(cells), flush=True)


def report(figures: dict[str, list[Figure]]) -> int:
    """The ratios of the medians."""
    medians = {
        name: Figure(
            statistics.median(one.answers for one in each),
            statistics.median(one.micros for one in each),
        )
        for name, each in figures.items()
    }
    show("medians", medians)
    bare = medians.pop("bare")
    kept = True
    for name, figure in medians.items():
        ratio = figure.answers / bare.answers
        kept = kept and ratio >= PROMISED
        print(
            f"{name}: {ratio:.0%} of the bare route's throughput; "
            f"by processor time {bare.micros / figure.micros:.0%}"
        )
    print(f"promised {PROMISED:.0%}: " + ("kept" if kept else "NOT KEPT"))
    return 0 if kept else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=0.7)
    parser.add_argument("--connections", type=int, default=16)
    chosen = parser.parse_args()
    sys.exit(main(chosen.rounds, chosen.seconds, chosen.connections))
