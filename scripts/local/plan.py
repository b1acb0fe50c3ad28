"""What this machine will run: the compose file's services, with servers from wheels.

PostgreSQL and Redis come from wheels unless AETHERCAST_DATABASE_URL or AETHERCAST_BROKER_URL
says that there are real ones; then nothing is started for them.
"""

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from scripts.local import compose, ports, postgres, redis
from scripts.local.account import server_account
from scripts.local.compose import Service
from scripts.local.places import Places

OWN_SERVER = {"postgres": "AETHERCAST_DATABASE_URL", "redis": "AETHERCAST_BROKER_URL"}
PASSED_ON = re.compile(r"^(AETHERCAST_|AIRFLOW__)")


@dataclass(frozen=True)
class Plan:
    """The services to run and what they were planned with."""

    places: Places
    services: Mapping[str, Service]
    variables: Mapping[str, str]
    offset: int

    def initialise_servers(self) -> None:
        """Prepare the folders of the servers that come from wheels."""
        if OWN_SERVER.keys() & self.services.keys():
            self.places.servers.mkdir(mode=0o711, parents=True, exist_ok=True)
        if "postgres" in self.services:
            data = self.places.servers / "postgres"
            postgres.initialise(data, self.variables["DATABASE_PASSWORD"])
            postgres.clear_stale_lock(data)
        if "redis" in self.services:
            password = self.variables["BROKER_PASSWORD"]
            port = self.services["redis"].ports[0]
            redis.initialise(self.places.servers / "redis", port, password)


def make_plan(
    places: Places, settings: Mapping[str, str], environ: Mapping[str, str], offset: int
) -> Plan:
    """Read the compose file for this machine: the environment goes before .aethercast/env."""
    chosen = {**settings, **environ}
    variables = {**chosen, **ports.places(places.compose, offset)}
    variables["AETHERCAST_ROOT"] = str(places.root)
    if url := chosen.get("AETHERCAST_DATABASE_URL"):
        variables.setdefault("AIRFLOW_DATABASE_URL", airflow_database(url))
    services = compose.read(places.compose, variables)
    for name, setting in OWN_SERVER.items():
        if name in services and chosen.get(setting):
            services = _without(services, name)
        elif name in services:
            services[name] = _from_wheel(services[name], places)
    passed = {key: value for key, value in environ.items() if PASSED_ON.match(key)}
    for name, service in services.items():
        services[name] = replace(service, defaults={**service.defaults, **passed})
    return Plan(places, services, variables, offset)


def airflow_database(url: str) -> str:
    """Airflow's own database on the same server, as SQLAlchemy writes it."""
    parts = urlsplit(url)
    return parts._replace(scheme="postgresql+psycopg2", path="/airflow").geturl()


def _from_wheel(service: Service, places: Places) -> Service:
    data = places.servers / service.name
    port = service.ports[0]
    service = replace(service, environment={}, defaults={})
    if service.name == "postgres":
        command, signal = postgres.server_command(data, port), "SIGINT"
        url = f"postgresql://{ports.LOOPBACK}:{port}"
    else:
        command, signal = redis.server_command(data), "SIGTERM"
        url = f"tcp://{ports.LOOPBACK}:{port}"
    health = ("python", "-m", "scripts.local.probe", url)
    return replace(service, command=tuple(command), health=health, stop_signal=signal)


def _without(services: Mapping[str, Service], gone: str) -> dict[str, Service]:
    """The services but one, which nobody waits for any longer."""
    return {
        name: replace(one, depends_on={k: v for k, v in one.depends_on.items() if k != gone})
        for name, one in services.items()
        if name != gone
    }


def account_of(service: Service) -> str | None:
    """The account a service runs under, where it is not the caller's own."""
    account = server_account()
    return account.pw_name if account and service.name in OWN_SERVER else None


def folder_of(service: Service, places: Places) -> str:
    """The working folder of a service."""
    folder = places.servers / service.name if service.name in OWN_SERVER else places.root
    return str(folder.resolve())


def program_path() -> str:
    """The search path that makes ``python`` and ``airflow`` mean those of this environment."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
