"""Killing a part of the running stack in mid-use, and seeing it come back."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import httpx
import psutil
import psycopg

from scripts.local.compose import Service
from scripts.local.health import check
from scripts.local.places import Places
from scripts.local.plan import make_plan
from scripts.local.supervisor import Supervisor
from tests.acceptance.conftest import Stack
from tests.conftest import clean_environment

HEARTBEATS = {
    "airflow-scheduler": "scheduler",
    "airflow-dag-processor": "dag_processor",
    "airflow-triggerer": "triggerer",
}
"""Parts whose health Airflow remembers for a while: only a heartbeat after the kill counts."""

SHORT_NAP, LONGEST_NAP = 0.1, 0.3
"""Seconds between two questions: what is shorter catches a moment, and stays as it is."""


@dataclass
class Parts:
    """The processes of a running stack."""

    stack: Stack
    took: dict[str, float] = field(default_factory=dict)
    """Seconds from each kill to health."""

    @cached_property
    def places(self) -> Places:
        return Places(self.stack.root)

    @cached_property
    def services(self) -> dict[str, Service]:
        settings = self.stack.settings
        plan = make_plan(self.places, settings, clean_environment(), self.stack.offset)
        return dict(plan.services)

    def pid(self, name: str) -> int:
        """The main process of a part; 0 where it does not run."""
        found = Supervisor(self.places).processes()[name]
        return found.pid if found.lives else 0

    def connections(self, name: str) -> int:
        """How many connections a part has accepted and holds."""
        ports = set(self.services[name].ports)
        held = psutil.Process(self.pid(name)).net_connections("tcp")
        return sum(
            one.status == psutil.CONN_ESTABLISHED and one.laddr.port in ports for one in held
        )

    def kill(self, name: str, when: Callable[[], Any] = lambda: True) -> None:
        """``kill -9`` as soon as something is so, then wait until another such process is well."""
        pid = self.pid(name)
        wait_for(when, f"{name} at work", nap=0.005)
        began, moment = time.monotonic(), datetime.now(UTC)
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: self.pid(name) not in (0, pid), f"another {name}")
        wait_for(lambda: self.is_well(name, moment), f"a healthy {name}")
        self.took[name] = time.monotonic() - began

    def is_well(self, name: str, since: datetime) -> bool:
        """Whether a part that was killed at ``since`` is healthy again."""
        service = self.services[name]
        if service.health and check(service, self.places):
            return False
        return name not in HEARTBEATS or self._heartbeat(HEARTBEATS[name]) > since

    def _heartbeat(self, component: str) -> datetime:
        url = self.stack.url(8080) + "/api/v2/monitor/health"
        report: dict[str, Any] = httpx.get(url, timeout=30).json()[component]
        told = report[f"latest_{component}_heartbeat"]
        return datetime.fromisoformat(told) if told else datetime.min.replace(tzinfo=UTC)


def wait_for(question: Callable[[], Any], what: str, seconds: float = 240, nap: float = 0.1) -> Any:
    """Ask until the answer is true; return it. Who is asked may be away at the moment.

    The longer it takes, the more seldom it is asked, so that asking does not hold up what is asked
    for; but for a short ``nap``.
    """
    began = time.monotonic()
    while (waited := time.monotonic() - began) < seconds:
        try:
            if answer := question():
                return answer
        except (httpx.HTTPError, psutil.Error, psycopg.OperationalError):
            pass
        time.sleep(nap if nap < SHORT_NAP else max(nap, min(waited / 10, LONGEST_NAP)))
    raise TimeoutError(f"never came: {what}")
