"""Translates a plan into the supervisor's configuration, and adds nothing to it."""

import shlex
from collections.abc import Mapping

from scripts.local.account import server_account
from scripts.local.compose import Service, UnsupportedCompose
from scripts.local.places import Places
from scripts.local.plan import Plan, account_of, folder_of

MARKER = "AETHERCAST_STACK"
LOG_BYTES = "10MB"
LOG_BACKUPS = 3
TRIES = 20

Section = Mapping[str, object]


def supervisor_configuration(plan: Plan) -> str:
    """The whole configuration file. Programs start when told to: `make up` knows the order."""
    sections: dict[str, Section] = {
        "unix_http_server": {"file": plan.places.socket, "chmod": "0700"},
        "supervisord": _supervisor(plan.places),
        "rpcinterface:supervisor": {
            "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
        },
    }
    for service in plan.services.values():
        sections[f"program:{service.name}"] = program(service, plan.places)
    return "\n".join(
        "\n".join([f"[{name}]", *(f"{key}={_escape(value)}" for key, value in section.items())])
        + "\n"
        for name, section in sections.items()
    )


def _supervisor(places: Places) -> Section:
    own: dict[str, object] = {
        "nodaemon": "true",
        "silent": "true",
        "logfile": places.logs / "supervisord.log",
        "logfile_maxbytes": LOG_BYTES,
        "logfile_backups": LOG_BACKUPS,
        "pidfile": places.state / "supervisord.pid",
        "childlogdir": places.logs,
        "umask": "022",
    }
    return {**own, "user": "root"} if server_account() else own


def program(service: Service, places: Places) -> Section:
    """One program: what dies is started again, but for a one-shot."""
    environment = {**service.defaults, **service.environment, MARKER: str(places.root)}
    settings: dict[str, object] = {
        "command": shlex.join(service.command),
        "directory": folder_of(service, places),
        "environment": ",".join(_assignment(*pair) for pair in sorted(environment.items())),
        "autostart": "false",
        "autorestart": "false" if service.one_shot else "true",
        "startsecs": 0 if service.one_shot else 1,
        "startretries": 0 if service.one_shot else TRIES,
        "stopsignal": service.stop_signal.removeprefix("SIG"),
        "stopwaitsecs": service.stop_seconds,
        # The signal to end is for the process itself, which knows how to end its children:
        # PostgreSQL and Airflow's scheduler do. Whatever outlives it is killed with its group.
        "stopasgroup": "false",
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": places.logs / f"{service.name}.log",
        "stdout_logfile_maxbytes": LOG_BYTES,
        "stdout_logfile_backups": LOG_BACKUPS,
    }
    if account := account_of(service):
        settings["user"] = account
    return settings


def _assignment(name: str, value: str) -> str:
    """``NAME="value"`` as the supervisor reads it: it knows quotes and no escapes."""
    quote = "'" if '"' in value else '"'
    if quote in value or value[:1] in ("'", '"') or value[-1:] in ("'", '"'):
        raise UnsupportedCompose(f"{name}: its value has quotes that a setting cannot carry.")
    return f"{name}={quote}{value}{quote}"


def _escape(value: object) -> str:
    """A value as the configuration file wants it: percent signs doubled, no comment, one line."""
    text = str(value)
    if "\n" in text or " ;" in text or " #" in text:
        raise UnsupportedCompose(f"{text!r} has a line break or a comment sign after a space.")
    return text.replace("%", "%%")
