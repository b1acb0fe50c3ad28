"""Reads docker-compose.yaml, in the subset that compose and the local runner both understand.

Whatever is outside the subset is refused, so that the file cannot come to mean two things.
"""

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

import yaml

from scripts.local.interpolation import BadSubstitution, interpolate

Condition = Literal["service_started", "service_healthy", "service_completed_successfully"]
CONDITIONS = ("service_started", "service_healthy", "service_completed_successfully")
_SECONDS = re.compile(r"^(?:(\d+)m)?(?:(\d+)s)?$")


class UnsupportedCompose(ValueError):
    """The file says something that only one of its two readers would understand."""


@dataclass(frozen=True)
class Service:
    """One process of the stack, with every substitution made.

    ``command`` and ``health`` are argument lists, ``ports`` the ports it listens on,
    ``environment`` what the file fixes and ``defaults`` what its env_files say below that,
    ``inputs`` the files whose change makes a completed one-shot run again.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    depends_on: Mapping[str, Condition] = field(default_factory=dict)
    health: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    one_shot: bool = False
    stop_signal: str = "SIGTERM"
    stop_seconds: int = 10
    inputs: tuple[str, ...] = ()


Keys = dict[str, Callable[[Any], bool]]


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _words(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_text, value))


def _texts(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_text, [*value, *value.values()]))


def _health(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and set(value) <= {"test", "interval", "timeout", "retries", "start_period"}
        and _words(value.get("test"))
        and value["test"][0] == "CMD"
    )


def _depends(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(one, dict) and set(one) == {"condition"} and one["condition"] in CONDITIONS
        for one in value.values()
    )


def _restart(value: Any) -> bool:
    return value in ("no", "unless-stopped")


def _seconds(value: Any) -> bool:
    return _text(value) and bool(value) and bool(_SECONDS.match(value))


SERVICE_KEYS: Keys = {
    "image": _text,
    "build": _text,
    "command": _words,
    "environment": _texts,
    "env_file": _words,
    "depends_on": _depends,
    "healthcheck": _health,
    "ports": _words,
    "expose": _words,
    "volumes": _words,
    "restart": _restart,
    "stop_signal": _text,
    "stop_grace_period": _seconds,
    "x-inputs": _words,
}
TOP_KEYS = {"name", "services", "volumes"}


def read(path: Path, variables: Mapping[str, str]) -> dict[str, Service]:
    """The services of a compose file by name, in the file's order.

    Raises:
        UnsupportedCompose: something in it is outside the subset, or names what is not there.
    """
    document = load(path)
    folder = path.parent
    services = {
        name: _service(name, body, variables, folder) for name, body in document["services"].items()
    }
    _check_dependencies(services)
    return services


def load(path: Path) -> dict[str, Any]:
    """The file as written, after the subset's checks; substitutions are still to be made."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(document, dict) or not isinstance(document.get("services"), dict):
        raise UnsupportedCompose(f"{path} has no services.")
    for key in document:
        if key not in TOP_KEYS and not key.startswith("x-"):
            raise UnsupportedCompose(f"{path}: {key!r} at the top is outside the subset.")
    for name, body in document["services"].items():
        check_service(name, body)
    return cast(dict[str, Any], document)


def check_service(name: str, body: Mapping[str, Any]) -> None:
    """Refuse a service that uses more than the subset.

    Raises:
        UnsupportedCompose: names the service and what is wrong with it.
    """
    for key, value in body.items():
        if key not in SERVICE_KEYS:
            raise UnsupportedCompose(f"{name}: {key!r} is outside the subset.")
        if not SERVICE_KEYS[key](value):
            raise UnsupportedCompose(f"{name}: {key} is not written as the subset wants it.")
    if "command" not in body:
        raise UnsupportedCompose(f"{name}: a command is needed, as a list of words.")


def _service(
    name: str, body: Mapping[str, Any], variables: Mapping[str, str], folder: Path
) -> Service:
    def fill(value: str) -> str:
        try:
            return interpolate(value, variables)
        except BadSubstitution as problem:
            raise UnsupportedCompose(f"{name}: {problem}") from None

    defaults: dict[str, str] = {}
    for file in body.get("env_file", ()):
        defaults |= read_environment(folder / file)
    listens = [*body.get("ports", ()), *body.get("expose", ())]
    return Service(
        name=name,
        command=tuple(map(fill, body["command"])),
        environment={key: fill(value) for key, value in body.get("environment", {}).items()},
        defaults=defaults,
        depends_on={other: one["condition"] for other, one in body.get("depends_on", {}).items()},
        health=tuple(map(fill, body.get("healthcheck", {}).get("test", ["CMD"])))[1:],
        ports=tuple(_port(fill(entry)) for entry in listens),
        one_shot=body.get("restart") == "no",
        stop_signal=body.get("stop_signal", "SIGTERM"),
        stop_seconds=duration(body.get("stop_grace_period", "10s")),
        inputs=tuple(body.get("x-inputs", ())),
    )


def read_environment(path: Path) -> dict[str, str]:
    """The settings in a file of ``NAME=value`` lines, quotes removed; none where it is missing."""
    if not path.exists():
        return {}
    return dict(_assignments(path.read_text(encoding="utf-8")))


def _assignments(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.lstrip().startswith("#"):
            words = shlex.split(value, comments=True)
            yield name.removeprefix("export ").strip(), " ".join(words)


def _port(entry: str) -> int:
    """The port a service itself listens on: the last of ``address:outside:inside``."""
    return int(entry.rpartition(":")[2])


def duration(text: str) -> int:
    """Seconds in ``90s``, ``2m`` or ``1m30s``."""
    found = _SECONDS.match(text)
    if not found:
        raise UnsupportedCompose(f"{text!r} is not a duration such as 10s or 1m30s.")
    minutes, seconds = found.groups()
    return int(minutes or 0) * 60 + int(seconds or 0)


def _check_dependencies(services: Mapping[str, Service]) -> None:
    for service in services.values():
        for other, condition in service.depends_on.items():
            if other not in services:
                raise UnsupportedCompose(f"{service.name} depends on {other}, which is not there.")
            target = services[other]
            if target.one_shot != (condition == "service_completed_successfully"):
                raise UnsupportedCompose(f"{service.name} waits for {other} as {condition}.")
            if condition == "service_healthy" and not target.health:
                raise UnsupportedCompose(f"{other} has no health check for {service.name}.")
