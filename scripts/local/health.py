"""Asks the services how they are, in the background, with the compose file's health checks."""

import subprocess
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

from scripts.local.compose import Service
from scripts.local.places import Places
from scripts.local.plan import program_path
from scripts.local.probe import problem_with

OUR_PROBE = ("python", "-m", "scripts.local.probe")
BETWEEN = 0.2  # seconds until a service is asked again, and that much more each time
LONGEST_BETWEEN = 1.5
PATIENCE = 35.0  # seconds that an answer may take


def check(service: Service, places: Places) -> str:
    """What is wrong with a service; empty when it is healthy.

    Our own probe is called, not started: a Python start each time would slow what it measures.
    """
    if service.health[:3] == OUR_PROBE:
        return problem_with(service.health[3], "".join(service.health[4:5]))
    environment = {**service.defaults, **service.environment, "PATH": program_path()}
    try:
        done = subprocess.run(
            service.health,
            cwd=places.root,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return type(error).__name__
    words = done.stderr.decode(errors="replace").strip().splitlines()
    return "" if done.returncode == 0 else (words or ["not healthy"])[-1]


class HealthBoard:
    """The last answer of each service. Nothing here waits."""

    def __init__(self, services: Mapping[str, Service], places: Places) -> None:
        self._services = services
        self._places = places
        self._threads = ThreadPoolExecutor(max_workers=8, thread_name_prefix="health")
        self._asked: dict[str, tuple[float, Future[str]]] = {}
        self._problems: dict[str, str] = {}
        self._times: dict[str, int] = {}

    def ask(self, names: Iterable[str]) -> None:
        """Collect what was answered and ask again those that are not healthy yet."""
        now = time.monotonic()
        for name in names:
            if not self._services[name].health or self.is_healthy(name):
                continue
            asked_at, answer = self._asked.get(name, (0.0, None))
            if answer is not None and answer.done():
                self._problems[name] = answer.result()
            pause = min(BETWEEN * self._times.get(name, 0), LONGEST_BETWEEN)
            if answer is None or (answer.done() and now - asked_at > pause):
                self._times[name] = self._times.get(name, 0) + 1
                question = self._threads.submit(check, self._services[name], self._places)
                self._asked[name] = (now, question)

    def is_healthy(self, name: str) -> bool:
        """Whether a service has answered that it is well."""
        return self._problems.get(name) == ""

    def forget(self, name: str) -> None:
        """Take back what is known of a service: its process is gone."""
        self._problems.pop(name, None)
        self._asked.pop(name, None)

    def problem(self, name: str) -> str:
        """What a service last answered; empty where it is healthy or was not asked."""
        return self._problems.get(name, "")

    def close(self) -> None:
        """Ask nobody any more."""
        self._threads.shutdown(wait=False, cancel_futures=True)
