"""`make up`: everything runs and is ready, or a message says what is in the way."""

import fcntl
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from scripts.local import ports
from scripts.local.display import StartDisplay
from scripts.local.down import take_down
from scripts.local.login import SUBJECT, login_link
from scripts.local.logs import last_lines
from scripts.local.places import Places
from scripts.local.plan import Plan, make_plan
from scripts.local.processes import MIB, descendants, memory
from scripts.local.settings_file import ensure_settings, write_private
from scripts.local.start import ServiceFailed, Starter, wait_until_up
from scripts.local.supervisor import Supervisor
from scripts.local.translation import supervisor_configuration

PATIENCE = 600.0


def bring_up(places: Places, console: Console, quietly: bool = False) -> Plan:
    """Start what does not run yet and return once all of it is ready.

    ``quietly``: a stack that runs already is not told of.

    Raises:
        ports.PortTaken, ServiceFailed, UnsupportedCompose, CannotCreateCluster,
        NoServerFolder, SupervisorDied: each says what a person can do.
    """
    began = time.monotonic()
    places.create()
    with alone(places):
        settings = ensure_settings(places.settings)
        plan = make_plan(places, settings, os.environ, chosen_offset(places, settings))
        configuration = supervisor_configuration(plan)
        supervisor = Supervisor(places)
        new = not is_running(places, supervisor, configuration)
        if new:
            clear_away(places, supervisor, console)
            begin(plan, supervisor, configuration, console)
        starter = Starter(plan, supervisor)
        try:
            with StartDisplay(console) as display:
                wait_until_up(starter, PATIENCE, display)
        except ServiceFailed as failure:
            words = last_lines(places.logs / f"{failure.name}.log", 20)
            raise ServiceFailed(
                failure.name, f"{str(failure).split(': ', 1)[1]}\n{words}"
            ) from None
        finally:
            starter.close()
        make_token(plan)
    if new or not quietly:
        report(plan, supervisor, console, time.monotonic() - began)
    return plan


@contextmanager
def alone(places: Places) -> Iterator[None]:
    """One start at a time: a second one waits, and then finds everything running."""
    with (places.state / "up.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def chosen_offset(places: Places, settings: dict[str, str]) -> int:
    """The port offset: from the environment, else .aethercast/env, else what runs already."""
    chosen = os.environ.get(ports.OFFSET) or settings.get(ports.OFFSET)
    if chosen is None and Supervisor(places).pid:
        return running_offset(places)
    return ports.parse_offset(chosen or "")


def running_offset(places: Places) -> int:
    """The port offset of the stack that was started last."""
    try:
        return int(json.loads(places.running.read_text())["offset"])
    except (OSError, ValueError, KeyError):
        return 0


def is_running(places: Places, supervisor: Supervisor, configuration: str) -> bool:
    """Whether the supervisor runs with this very configuration."""
    return bool(supervisor.pid) and _stored(places) == _digest(configuration)


def _digest(configuration: str) -> str:
    return hashlib.sha256(configuration.encode()).hexdigest()


def _stored(places: Places) -> str:
    try:
        return str(json.loads(places.running.read_text())["configuration"])
    except (OSError, ValueError, KeyError):
        return ""


def clear_away(places: Places, supervisor: Supervisor, console: Console) -> None:
    """End what runs with another configuration, or was left by a supervisor that was killed."""
    if supervisor.pid:
        console.print("The settings have changed: starting anew.")
    take_down(places)


def begin(plan: Plan, supervisor: Supervisor, configuration: str, console: Console) -> None:
    """Start the supervisor, with nothing below it yet."""
    ports.check_free(plan.services.values(), plan.offset, console.print)
    plan.initialise_servers()
    write_private(plan.places.configuration, configuration)
    now = {"offset": plan.offset, "configuration": _digest(configuration)}
    write_private(plan.places.running, json.dumps(now))
    supervisor.start_daemon()


def make_token(plan: Plan) -> None:
    """Leave a bearer token for the person at this machine, unless there is one already."""
    facade = plan.services.get("facade")
    if facade is None or _fresh(plan.places.token, plan.places.settings):
        return
    done = subprocess.run(
        [sys.executable, "-m", "api.token", "--subject", SUBJECT, "--days", "365"],
        cwd=plan.places.root,
        env={**os.environ, **facade.defaults, **facade.environment},
        stdout=subprocess.PIPE,
        check=True,
    )
    write_private(plan.places.token, done.stdout.decode().strip() + "\n")


def _fresh(token: Path, settings: Path) -> bool:
    """Whether the token is newer than the secrets and not half a year old."""
    if not token.exists():
        return False
    made = token.stat().st_mtime
    return made > settings.stat().st_mtime and time.time() - made < 180 * 86_400


def report(plan: Plan, supervisor: Supervisor, console: Console, seconds: float) -> None:
    """Say where everything is."""
    used = memory(descendants(supervisor.pid)) / MIB
    for label, value in addresses(plan).items():
        console.print(f"{label:<9} {value}", highlight=False, soft_wrap=True)
    console.print(f"Ready after {seconds:.1f} s, {used:,.0f} MiB of memory.", highlight=False)
    if link := login_link(plan):  # the last word: it leads to the landing page
        console.print(f"{'Sign in':<9} {link}", highlight=False, soft_wrap=True, markup=False)


def addresses(plan: Plan) -> dict[str, str]:
    """What a person opens, by its label. A service that does not run has no line."""
    port = plan.variables
    every = {
        "facade": ("Aethercast", f"http://{ports.LOOPBACK}:{port.get('API_PORT')}/"),
        "asf": ("Streams", f"ws://{ports.LOOPBACK}:{port.get('ASF_PORT')}/api/v1/podcasts/stream"),
        "airflow-api-server": (
            "Airflow",
            f"http://{ports.LOOPBACK}:{port.get('AIRFLOW_PORT')}/ (user aethercast; password:"
            f" AETHERCAST_AIRFLOW_PASSWORD in {_short(plan.places.settings)})",
        ),
    }
    shown = {label: text for name, (label, text) in every.items() if name in plan.services}
    if plan.places.token.exists():
        shown["Token"] = _short(plan.places.token)
    return shown


def _short(path: Path) -> str:
    """A path as seen from where the person is."""
    return os.path.relpath(path)
