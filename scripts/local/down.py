"""`make down`: no process and no port is left."""

import shutil
import time

from scripts.local.places import Places
from scripts.local.processes import belonging, descendants, end
from scripts.local.supervisor import Supervisor

SERVERS = ("postgres", "redis")
PATIENCE = 30.0


def take_down(places: Places) -> int:
    """End the whole stack of a checkout; how many processes had to be swept up.

    Services end first, all at once, then the servers they wrote to, then the supervisor. What
    is left after that is found by descent from the supervisor and by the stack's mark.
    """
    supervisor = Supervisor(places)
    pid = supervisor.pid
    family = descendants(pid)
    if pid is not None:
        names = set(supervisor.processes())
        _stop(supervisor, names - set(SERVERS))
        _stop(supervisor, names & set(SERVERS))
        family = [*family, *descendants(pid)]
        supervisor.shut_down()
        _wait_for_end(supervisor)
    left = {one.pid: one for one in [*family, *belonging(places)] if one.is_running()}
    end(left.values())
    places.socket.unlink(missing_ok=True)
    return len(left)


def forget(places: Places) -> None:
    """End the stack and remove the servers' data, wherever that is."""
    take_down(places)
    shutil.rmtree(places.servers, ignore_errors=True)


def _stop(supervisor: Supervisor, names: set[str]) -> None:
    """Stop some services side by side and return once they ended or the time is over."""
    for name in names:
        supervisor.stop(name)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        states = {one.state for one in supervisor.processes().values() if one.name in names}
        if not states & {"STARTING", "RUNNING", "STOPPING", "BACKOFF"}:
            return
        time.sleep(0.05)


def _wait_for_end(supervisor: Supervisor) -> None:
    deadline = time.monotonic() + PATIENCE
    while supervisor.pid is not None and time.monotonic() < deadline:
        time.sleep(0.05)
