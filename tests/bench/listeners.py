"""``make bench-listeners``: thousands of live listeners on one ASF process, and what they cost.

One stream at 64 kbit/s grows by 200 ms at a time; everybody hears it live. In the same run, with
the same listeners and the same bytes: the floor (the kernel's ``send`` of every frame to plain TCP
connections) and plain uvicorn with Starlette. CPU is the sending process's own, user and system,
over the messages that arrived. Lateness is from the moment a frame is made to the moment the last
of its bytes is in the listener's hands; for ASF that includes the record (file, row, notification).
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil

from streamer.capability import sign_stream
from tests.bench.frames import FRAME_SECONDS, stamped_cluster
from tests.bench.hops import environment, show_logs
from tests.bench.servers import Child, Servers
from tests.conftest import free_port, wait_until_open
from tests.streamer.conftest import Studio, open_studio

KIB = 1024
FLOOR, OURS, PLAIN = "kernel send", "ASF", "uvicorn + Starlette"
MOST_OF_FLOOR, MOST_KIB, MOST_LATE = 2.0, 20.0, 0.2


@dataclass(frozen=True)
class Figures:
    """One server's figures."""

    listeners: int
    messages: int
    cpu_us: float
    """Microseconds of the server's CPU per message that arrived."""
    kib: float
    """Resident memory per connection."""
    lateness: list[float]
    """p50, p99 and worst, in seconds."""
    missing: int
    """Frames that a listener who reads did not get."""
    gone: int
    join_us: float
    """Microseconds of the server's CPU per connection made, handshake and all."""
    others: float
    """How busy everybody else kept the machine meanwhile, as a share of all its cores."""


class Audience:
    """The process of listeners."""

    def __init__(self, servers: Servers, **plan: Any) -> None:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.child = servers.start("crowd", sys.executable, "-m", "tests.bench.crowd", **pipes)
        self._say(plan)

    def ask(self) -> dict[str, Any]:
        """What was heard since the last time."""
        self._say({})
        return self.answer()

    def answer(self) -> dict[str, Any]:
        """The process's next words."""
        assert self.child.stdout is not None
        line = self.child.stdout.readline()
        if not line:
            raise RuntimeError("the listeners' process is gone; see crowd.log")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def leave(self) -> None:
        """Everybody hangs up."""
        assert self.child.stdin is not None
        self.child.stdin.close()
        self.child.wait(30)

    def _say(self, words: dict[str, Any]) -> None:
        assert self.child.stdin is not None
        self.child.stdin.write(json.dumps(words).encode() + b"\n")
        self.child.stdin.flush()


def measure(
    servers: Servers, server: Child, port: int, plan: dict[str, Any], seconds: float
) -> Figures:
    """Let everybody in, wait until it is calm, then measure for ``seconds``."""
    process = psutil.Process(server.pid)
    empty, idle = process.memory_info().rss, _spent(process)
    audience = Audience(servers, port=port, **plan)
    connected = audience.answer()["connected"]
    joining = _spent(process) - idle
    time.sleep(2)
    audience.ask()
    listening = psutil.Process(audience.child.pid)
    psutil.cpu_percent()
    before, ours, began = _spent(process), _spent(listening), time.monotonic()
    time.sleep(seconds)
    heard = audience.ask()
    spent, took = _spent(process) - before, time.monotonic() - began
    all_of_it = psutil.cpu_percent() / 100
    known = (spent + _spent(listening) - ours) / took / (os.cpu_count() or 1)
    full = process.memory_info().rss
    audience.leave()
    return Figures(
        connected, heard["frames"], 1e6 * spent / max(heard["frames"], 1),
        (full - empty) / KIB / connected, heard["lateness"], heard["missing"] + heard["silent"],
        heard["gone"], 1e6 * joining / connected, all_of_it - known,
    )  # fmt: skip


def _spent(process: psutil.Process) -> float:
    """CPU seconds so far, user and system."""
    times = process.cpu_times()
    return float(times.user + times.system)


class Publisher:
    """Records 200 ms of stream every 200 ms, until told to stop."""

    def __init__(self, studio: Studio) -> None:
        self._writer = studio.open()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Publisher":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        began, number = time.monotonic(), 0
        while not self._over.wait(max(0.0, began + number * FRAME_SECONDS - time.monotonic())):
            data = stamped_cluster(number)
            self._writer._record(data, line_id=f"0.{number}", frames=10)
            number += 1


def of_floor(servers: Servers, count: int, seconds: float) -> Figures:
    """The kernel's part of the work."""
    port = free_port()
    server = servers.start("floor", sys.executable, "-m", "tests.bench.floor", str(port))
    wait_until_open(port, server)
    plan = {"path": "", "count": count, "stalled": 0, "websocket": False}
    return measure(servers, server, port, plan, seconds)


def of_plain(servers: Servers, count: int, seconds: float) -> Figures:
    """What the frameworks do by themselves."""
    port = free_port()
    server = servers.start("plain", sys.executable, "-m", "tests.bench.plain_stream", str(port))
    wait_until_open(port, server)
    plan = {"path": "/", "count": count, "stalled": 0, "websocket": True}
    return measure(servers, server, port, plan, seconds)


def of_ours(servers: Servers, count: int, stalled: int, seconds: float) -> Figures:
    """ASF, with its database, its media store, and somebody who records."""
    if servers.data is None:
        servers.start_data()
    url, secret = (servers.env[f"AETHERCAST_{name}"] for name in ("DATABASE_URL", "SECRET_KEY"))
    with open_studio(url, servers.folder / "media") as studio:
        port = free_port()
        servers.env |= {
            "AETHERCAST_MEDIA_URL": studio.media_url,
            "AETHERCAST_ASF_PORT": str(port),
            "AETHERCAST_ASF_MAX_LISTENERS": str(count + 1),
            "AETHERCAST_ASF_MAX_LISTENERS_PER_CALLER": str(count + 1),
            "AETHERCAST_ASF_SEND_TIMEOUT_SECONDS": "5",
        }
        server = servers.start("asf", sys.executable, "-m", "streamer")
        wait_until_open(port, server)
        words = {"stream_id": _capability(studio, secret), "from": "live"}
        path = f"/api/v1/podcasts/stream?{urlencode(words)}"
        plan = {"path": path, "count": count, "stalled": stalled, "websocket": True}
        with Publisher(studio):
            return measure(servers, server, port, plan, seconds)


def _capability(studio: Studio, secret: str) -> str:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    return sign_stream(secret, studio.stream_id, studio.user_id, tomorrow)


def describe(name: str, figures: Figures, floor: Figures) -> str:
    """One line of the table."""
    p50, p99, worst = (f"{1000 * late:.0f}" for late in figures.lateness or [0, 0, 0])
    cells = [
        str(figures.listeners), str(figures.messages), f"{figures.cpu_us:.1f}",
        f"{figures.cpu_us / floor.cpu_us:.2f}", f"{figures.kib:.1f}", p50, p99, worst,
        str(figures.missing), str(figures.gone), f"{figures.join_us:.0f}",
        f"{100 * figures.others:.0f} %",
    ]  # fmt: skip
    return f"{name:<22}" + "".join(f"{cell:>10}" for cell in cells)


HEAD = ("listeners", "messages", "µs/msg", "of floor", "KiB/conn", "p50 ms", "p99 ms", "worst",
        "missing", "gone", "µs/join", "others")  # fmt: skip


def broken_promises(ours: Figures, floor: Figures) -> list[str]:
    """What was promised of the fan-out, and is not so."""
    promises = {
        f"CPU per message <= {MOST_OF_FLOOR} of the floor": ours.cpu_us
        <= MOST_OF_FLOOR * floor.cpu_us,
        f"memory <= {MOST_KIB} KiB per connection": ours.kib <= MOST_KIB,
        f"p99 lateness < {MOST_LATE} s": bool(ours.lateness) and ours.lateness[1] < MOST_LATE,
        "no frame lost by who reads": ours.missing == 0 and ours.gone == 0,
    }
    return [promise for promise, kept in promises.items() if not kept]


def main(count: int, stalled: float, seconds: float, only: list[str]) -> int:
    """Measure and print; 1 where ours is not what was promised."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    print(environment(), flush=True)
    measured: dict[str, Figures] = {}
    deaf = round(count * stalled)
    with tempfile.TemporaryDirectory(prefix="aethercast-bench-") as folder:
        servers = Servers(Path(folder))
        ways: dict[str, Callable[[], Figures]] = {
            FLOOR: lambda: of_floor(servers, count, seconds),
            OURS: lambda: of_ours(servers, count, deaf, seconds),
            PLAIN: lambda: of_plain(servers, count, seconds),
        }
        print(f"{'':<22}" + "".join(f"{cell:>10}" for cell in HEAD), flush=True)
        try:
            for name, way in ways.items():
                if only and name not in only:
                    continue
                measured[name] = way()
                servers.end()
                print(describe(name, measured[name], measured.get(FLOOR, measured[name])))
        except BaseException:
            show_logs(Path(folder))
            raise
        finally:
            servers.end()
    print("raw " + json.dumps({name: vars(each) for name, each in measured.items()}))
    if not {FLOOR, OURS} <= set(measured):
        return 0
    broken = broken_promises(measured[OURS], measured[FLOOR])
    print("\n".join(f"NOT KEPT: {promise}" for promise in broken) or "all promises kept")
    return 1 if broken else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listeners", type=int, default=5000)
    parser.add_argument("--stalled", type=float, default=0.01, help="share of them who never read")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--only", action="append", default=[], choices=[FLOOR, OURS, PLAIN])
    given = parser.parse_args()
    sys.exit(main(given.listeners, given.stalled, given.seconds, given.only))
