"""``python -m tests.bench.hops``: how long Airflow takes between two pieces of work.

One run measures our settings and then Airflow's default configuration, on the same servers,
with the same DAG: five agent calls in a chain, each a real Celery task that sleeps 0.2 s.
"""

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import airflow
import httpx

from tests.bench.phases import PHASES, describe_phases, read_phases
from tests.bench.servers import Airflow, Servers, read_env_file, until
from tests.conftest import ROOT

WORK = 0.2
"""Seconds of real work in a hop."""


@dataclass(frozen=True)
class Figures:
    """One configuration, in seconds."""

    first: list[float]
    """Trigger to the first task's start, by run."""
    hops: list[float]
    """From one task's end to the next one's, less the work: schedule, start, submit, collect."""
    gaps: list[float]
    """From one task's end to the next one's start."""
    runs: list[float]
    """A whole run of five."""
    phases: dict[str, list[float]]
    """Where the hops' time went."""


class Client:
    """Airflow's REST API, as the facade uses it."""

    def __init__(self, airflow: Airflow) -> None:
        login = {"username": "aethercast", "password": airflow.password}
        answer = httpx.post(f"{airflow.url}/auth/token", json=login, timeout=30)
        bearer = {"Authorization": f"Bearer {answer.raise_for_status().json()['access_token']}"}
        self.http = httpx.Client(base_url=f"{airflow.url}/api/v2", headers=bearer, timeout=30)

    def open_dag(self) -> None:
        """Wait for the DAG and let it run: under the defaults it is paused at first."""
        until(lambda: self.http.get("/dags/hops").is_success)
        self.http.patch("/dags/hops", json={"is_paused": False}).raise_for_status()

    def run(self, name: str) -> tuple[datetime, list[dict[str, Any]]]:
        """Trigger a run and wait for its end; when it was triggered, and its tasks in order."""
        began = datetime.now(UTC)
        body: dict[str, Any] = {"dag_run_id": name, "logical_date": None, "conf": {}}
        self.http.post("/dags/hops/dagRuns", json=body).raise_for_status()
        state = until(lambda: self._ended(name))
        if state != "success":
            raise RuntimeError(f"run {name} ended {state}")
        answer = self.http.get(f"/dags/hops/dagRuns/{name}/taskInstances").raise_for_status()
        return began, sorted(answer.json()["task_instances"], key=lambda task: task["task_id"])

    def _ended(self, name: str) -> str | None:
        state = str(self.http.get(f"/dags/hops/dagRuns/{name}").json()["state"])
        return state if state in ("success", "failed") else None


def measure(airflow: Airflow, prefix: str, runs: int) -> Figures:
    """Run the chain so many times, one after another; a first one warms up and is left out."""
    client = Client(airflow)
    client.open_dag()
    client.run(f"{prefix}__warm")
    figures = Figures([], [], [], [], {name: [] for name in PHASES})
    for number in range(runs):
        name = f"{prefix}__{number}"
        began, tasks = client.run(name)
        starts = [datetime.fromisoformat(task["start_date"]) for task in tasks]
        ends = [datetime.fromisoformat(task["end_date"]) for task in tasks]
        figures.first.append((starts[0] - began).total_seconds())
        figures.runs.append((ends[-1] - began).total_seconds())
        for place in range(1, len(tasks)):
            figures.gaps.append((starts[place] - ends[place - 1]).total_seconds())
            figures.hops.append((ends[place] - ends[place - 1]).total_seconds() - WORK)
        database = airflow.servers.env["AETHERCAST_DATABASE_URL"]
        for phase, seconds in read_phases(database, name, tasks).items():
            figures.phases[phase] += seconds
        time.sleep(1)
    return figures


def describe(name: str, figures: Figures) -> str:
    """One line for a table."""
    cells = [
        f"{statistics.median(figures.first):.2f}",
        f"{percentile(figures.first, 95):.2f}",
        f"{statistics.median(figures.hops):.2f}",
        f"{percentile(figures.hops, 95):.2f}",
        f"{statistics.median(figures.gaps):.2f}",
        f"{statistics.median(figures.runs):.2f}",
    ]
    return f"{name:<22}" + "".join(f"{cell:>12}" for cell in cells)


def percentile(values: Sequence[float], percent: int) -> float:
    """The nearest-rank percentile."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def environment() -> str:
    """What was measured on."""
    load = os.getloadavg()[0]
    return (
        f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores, "
        f"load {load:.1f}, Airflow {airflow.__version__}, unpatched"
    )


def main(runs: int, only: str | None = None) -> int:
    """Measure both configurations and print them; 1 where ours is slower than promised."""
    print(environment())
    print(f"5 agent calls of {WORK} s in a chain, {runs} runs one after another, seconds")
    head = ("first p50", "first p95", "hop p50", "hop p95", "gap p50", "run p50")
    measured: dict[str, Figures] = {}
    with tempfile.TemporaryDirectory(prefix="aethercast-bench-") as folder:
        servers = Servers(Path(folder))
        try:
            server = servers.start_data()
            servers.start_agents()
            print(f"{'':<22}" + "".join(f"{cell:>12}" for cell in head), flush=True)
            for name, settings in configurations(Path(folder)).items():
                if only not in (None, name):
                    continue
                with Airflow(servers, server, name, settings) as stack:
                    measured[name] = measure(stack, name, runs)
                print(describe(name, measured[name]))
                print(describe_phases(measured[name].phases), flush=True)
        except BaseException:
            show_logs(Path(folder))
            raise
        finally:
            servers.end()
    print("raw " + json.dumps({name: vars(each) for name, each in measured.items()}))
    ours = measured.get("ours")
    if ours is None:
        return 0
    kept = statistics.median(ours.first) <= 0.3 and statistics.median(ours.hops) <= 0.35
    print("first task <= 0.30 and hop <= 0.35 at p50: " + ("kept" if kept else "NOT KEPT"))
    return 0 if kept else 1


def configurations(folder: Path) -> dict[str, dict[str, str]]:
    """Ours as it is deployed; and Airflow's own, with nothing set and no plugin loaded."""
    ours = read_env_file(ROOT / "plugins" / "airflow.env")
    return {
        "ours": ours | {"AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins")},
        "airflow_default": {"AIRFLOW__CORE__PLUGINS_FOLDER": str(folder / "no-plugins")},
    }


def show_logs(folder: Path) -> None:
    """The ends of all logs, for whoever has to find out what went wrong."""
    for log in sorted(folder.glob("*.log")):
        tail = log.read_text(errors="replace").splitlines()[-15:]
        print(f"--- {log.name}", *tail, sep="\n", file=sys.stderr)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--only", choices=("ours", "airflow_default"))
    asked = parser.parse_args()
    sys.exit(main(asked.runs, asked.only))
