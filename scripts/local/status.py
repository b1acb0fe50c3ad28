"""`make status`: each process, how it is and what it takes."""

import os
import time
from concurrent.futures import ThreadPoolExecutor

from rich.console import Console
from rich.table import Table

from scripts.local.health import check
from scripts.local.places import Places
from scripts.local.plan import Plan, make_plan
from scripts.local.processes import MIB, descendants, memory
from scripts.local.settings_file import ensure_settings
from scripts.local.supervisor import Process, Supervisor
from scripts.local.up import chosen_offset

COLUMNS = ("process", "state", "pid", "port", "MiB", "up for", "health")


def show(places: Places, console: Console) -> bool:
    """Print the table; whether the whole stack is well."""
    supervisor = Supervisor(places)
    if supervisor.pid is None:
        console.print("Nothing runs. Start it with: make up")
        return False
    settings = ensure_settings(places.settings)
    plan = make_plan(places, settings, os.environ, chosen_offset(places, settings))
    processes = supervisor.processes()
    health = _health(plan, processes)
    table = Table(*COLUMNS, box=None, pad_edge=False)
    for name, process in processes.items():
        table.add_row(*_row(plan, process, health[name]))
    console.print(table)
    used = memory(descendants(supervisor.pid)) / MIB
    console.print(f"{used:,.0f} MiB in all, shared pages counted once.", highlight=False)
    return all(word in ("ok", "–", "done") for word in health.values())


def _health(plan: Plan, processes: dict[str, Process]) -> dict[str, str]:
    with ThreadPoolExecutor(max_workers=8) as threads:
        return dict(threads.map(lambda one: (one.name, _word(plan, one)), processes.values()))


def _word(plan: Plan, process: Process) -> str:
    service = plan.services.get(process.name)
    if service is None:
        return "no longer planned"
    if service.one_shot:
        return "done" if process.done or process.state == "STOPPED" else process.state.lower()
    if not process.lives:
        return process.why or "down"
    if not service.health:
        return "–"
    return check(service, plan.places) or "ok"


def _row(plan: Plan, process: Process, health: str) -> tuple[str, ...]:
    service = plan.services.get(process.name)
    listed = ", ".join(map(str, service.ports)) if service else ""
    if not process.lives:
        return process.name, process.state.lower(), "", "", "", "", health
    used = memory(descendants(process.pid)) / MIB
    state, pid = process.state.lower(), str(process.pid)
    return process.name, state, pid, listed, f"{used:,.0f}", _age(process.started), health


def _age(started: int) -> str:
    seconds = max(0, int(time.time()) - started)
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"
