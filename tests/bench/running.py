"""The stack that runs from this checkout, as a bench asks it for podcasts."""

import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import psycopg
from croniter import croniter  # type: ignore[import-untyped]
from rich.console import Console

from api.token import issue
from plugins.flow.snippets.settings import RefreshSettings
from scripts.local.places import Places
from scripts.local.ports import LOOPBACK
from scripts.local.processes import descendants
from scripts.local.supervisor import Supervisor
from scripts.local.up import bring_up
from tests.acceptance.api import Caller, Document
from tests.bench.queries import read_query

CALM = 0.7
"""Cores that a stack without work takes at most; 0.4 is usual."""
PATIENCE = 240.0
CLEAR = 90.0
"""Seconds that an episode is followed for, about: in them the stack's own schedule is to begin no
refresh of the page's cards."""

_AT_WORK = read_query("at_work")


@dataclass(frozen=True)
class Asked:
    """A podcast on its way. Moments are Unix times."""

    podcast_id: str
    websocket_url: str
    at: float
    """When the request was sent."""
    answered: float
    """When its 202 was there."""


@dataclass(frozen=True)
class Running:
    """A stack that is ready."""

    facade: str
    database_url: str
    secret: bytes
    supervisor: int
    places: Places = field(default_factory=Places)

    def somebody(self) -> Caller:
        """A caller nobody knows yet: nothing made for others is answered out of the journal."""
        caller = Caller(self.facade, issue(self.secret, f"bench-{uuid.uuid4()}", 86_400))
        caller.client.get("/api/v1/podcasts").raise_for_status()  # signs in, opens the connection
        return caller

    def read(self, query: str, workflow_id: str) -> dict[str, Any]:
        """The one row of a query about a workflow."""
        with psycopg.connect(self.database_url, row_factory=psycopg.rows.dict_row) as connection:
            row = connection.execute(query.encode(), {"workflow_id": workflow_id}).fetchone()
        if row is None:
            raise LookupError(f"Nothing is known yet of {workflow_id}.")
        return row

    def wait_until_calm(self) -> bool:
        """Wait until nothing is being made and the processes rest; False where they never do."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            rests = not refresh_is_near() and not self._at_work()
            if rests and self._cores() < CALM and self._cores() < CALM:
                return True
            time.sleep(0.5)
        return False

    def _at_work(self) -> bool:
        with psycopg.connect(self.database_url) as connection:
            row = connection.execute(_AT_WORK.encode()).fetchone()
        return row is None or bool(row[0])

    def _cores(self) -> float:
        """How many cores all of the stack's processes take, over half a second."""
        before, began = self._cpu(), time.monotonic()
        time.sleep(0.5)
        after = self._cpu()
        spent = sum(after[pid] - before.get(pid, 0.0) for pid in after)
        return spent / (time.monotonic() - began)

    def _cpu(self) -> dict[int, float]:
        found: dict[int, float] = {}
        for process in descendants(self.supervisor):
            if process.is_running():
                times = process.cpu_times()
                found[process.pid] = times.user + times.system
        return found


def refresh_is_near() -> bool:
    """Whether the pool of cards is going to be refreshed by itself soon."""
    schedule, now = RefreshSettings().snippets_schedule, time.time()
    return bool(schedule) and croniter(schedule, now).get_next(float) - now < CLEAR


def get_running() -> Running:
    """Start the stack unless it runs, and return once it is ready. It is left running."""
    places = Places()
    plan = bring_up(places, Console(), quietly=True)
    supervisor = Supervisor(places).pid
    assert supervisor is not None
    return Running(
        facade=f"http://{LOOPBACK}:{plan.variables['API_PORT']}",
        database_url=plan.services["facade"].environment["AETHERCAST_DATABASE_URL"],
        secret=plan.variables["AETHERCAST_SECRET_KEY"].encode(),
        supervisor=supervisor,
        places=places,
    )


def ask(caller: Caller, body: Document) -> Asked:
    """POST /podcasts."""
    at = time.time()
    answer = caller.ask(body)
    answered = time.time()
    if answer.status_code != 202:
        raise RuntimeError(f"The facade refused: {answer.status_code} {answer.text}")
    accepted = answer.json()
    return Asked(accepted["podcast_id"], accepted["websocket_url"], at, answered)
