"""Starts the services in the order of their dependencies and says how far that is."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from scripts.local.compose import Service
from scripts.local.health import HealthBoard
from scripts.local.one_shots import Stamps, database_identity, fingerprint
from scripts.local.plan import Plan
from scripts.local.supervisor import Process, Supervisor

Show = Callable[["dict[str, Standing]"], None]
RESTARTS_ALLOWED = 4


class ServiceFailed(RuntimeError):
    """A service ended, or kept ending, and cannot be had."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")
        self.name = name


@dataclass(frozen=True)
class Standing:
    """How far one service is. ``settled``: nothing more is waited for."""

    word: str
    detail: str = ""
    settled: bool = False


class Starter:
    """Brings a plan up, one look at a time."""

    def __init__(self, plan: Plan, supervisor: Supervisor) -> None:
        self._plan = plan
        self._supervisor = supervisor
        self._health = HealthBoard(plan.services, plan.places)
        self._stamps = Stamps(plan.places)
        self._skipped: set[str] = set()
        self._lives: dict[str, set[int]] = {}
        self._identity: str | None = None
        self._stamped = False

    def step(self) -> dict[str, Standing]:
        """Start what may start now; how each service stands.

        Raises:
            ServiceFailed: one of them cannot be started.
        """
        processes = self._supervisor.processes()
        self._watch_for_failures(processes)
        for service in self._plan.services.values():
            if not self._begun(processes[service.name]) and self._may_start(service, processes):
                self._begin(service)
        self._health.ask(name for name, one in processes.items() if one.lives)
        self._stamp(processes)
        return {name: self._standing(processes[name], processes) for name in self._plan.services}

    def close(self) -> None:
        """Stop asking for health."""
        self._health.close()

    def _begun(self, process: Process) -> bool:
        return process.state != "STOPPED" or process.name in self._skipped

    def _begin(self, service: Service) -> None:
        if service.one_shot and self._is_done_already(service):
            self._skipped.add(service.name)
        else:
            self._supervisor.start(service.name)

    def _is_done_already(self, service: Service) -> bool:
        identity = self._identity or self._look_at_database()
        if identity is None:
            return False
        self._identity = identity
        known = fingerprint(service, self._plan.places, identity)
        return self._stamps.holds(service.name, known)

    def _look_at_database(self) -> str | None:
        """The databases' identity, where Airflow's stands beside ours as we would put it."""
        migrate = self._plan.services.get("migrate")
        return database_identity(migrate.environment["DATABASE_URL"]) if migrate else None

    def _may_start(self, service: Service, processes: dict[str, Process]) -> bool:
        return all(
            self._meets(processes[other], condition)
            for other, condition in service.depends_on.items()
        )

    def _meets(self, process: Process, condition: str) -> bool:
        if condition == "service_completed_successfully":
            return process.done or process.name in self._skipped
        if condition == "service_healthy":
            return process.lives and self._health.is_healthy(process.name)
        return process.lives

    def _watch_for_failures(self, processes: dict[str, Process]) -> None:
        for name, process in processes.items():
            seen = self._lives.setdefault(name, set())
            if process.started and process.started not in seen:
                seen.add(process.started)
                self._health.forget(name)
            if process.failed and self._plan.services[name].one_shot:
                raise ServiceFailed(name, f"ended with {process.exit_code}")
            if process.failed or len(seen) > RESTARTS_ALLOWED:
                raise ServiceFailed(name, process.why or "ends as soon as it is started")

    def _stamp(self, processes: dict[str, Process]) -> None:
        """Once every one-shot is done, remember on what, all together: they made the databases."""
        once = [one for one in self._plan.services.values() if one.one_shot]
        if self._stamped or not all(
            processes[one.name].done or one.name in self._skipped for one in once
        ):
            return
        self._stamped = True
        if identity := self._look_at_database():
            for one in once:
                self._stamps.keep(one.name, fingerprint(one, self._plan.places, identity))

    def _standing(self, process: Process, processes: dict[str, Process]) -> Standing:
        service = self._plan.services[process.name]
        if process.name in self._skipped:
            return Standing("done", "nothing changed", settled=True)
        if process.done:
            return Standing("done", settled=True)
        if process.lives and service.one_shot:
            return Standing("running")
        if process.lives and not service.health:
            return Standing("up", settled=process.state == "RUNNING")
        if process.lives and self._health.is_healthy(process.name):
            return Standing("healthy", settled=True)
        if process.lives:
            return Standing("starting", self._health.problem(process.name))
        if process.state == "BACKOFF":
            return Standing("restarting", process.why)
        return Standing("waiting", self._waits_for(service, processes))

    def _waits_for(self, service: Service, processes: dict[str, Process]) -> str:
        missing = [
            other
            for other, condition in service.depends_on.items()
            if not self._meets(processes[other], condition)
        ]
        return f"for {', '.join(missing)}" if missing else ""


def wait_until_up(starter: Starter, seconds: float, show: Show) -> dict[str, Standing]:
    """Take steps until everything is settled.

    Raises:
        ServiceFailed: a service cannot be had, or the time is over.
    """
    deadline = time.monotonic() + seconds
    while True:
        standings = starter.step()
        show(standings)
        missing = [name for name, one in standings.items() if not one.settled]
        if not missing:
            return standings
        if time.monotonic() > deadline:
            detail = standings[missing[0]].detail or standings[missing[0]].word
            raise ServiceFailed(missing[0], f"still not ready after {seconds:.0f} s ({detail})")
        time.sleep(0.15)
