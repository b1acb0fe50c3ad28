"""The settings file .aethercast/env: secrets are made once, at the first start."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from scripts.local.compose import read_environment


def _long() -> str:
    return secrets.token_urlsafe(48)


def _short() -> str:
    return secrets.token_urlsafe(18)


def _fernet() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


SECRETS: dict[str, Callable[[], str]] = {
    "AETHERCAST_SECRET_KEY": _long,
    "AETHERCAST_SERVICE_TOKEN": _long,
    "AETHERCAST_AIRFLOW_PASSWORD": _short,
    "DATABASE_PASSWORD": _short,
    "BROKER_PASSWORD": _short,
    "AIRFLOW__CORE__FERNET_KEY": _fernet,
    "AIRFLOW__API_AUTH__JWT_SECRET": _long,
    "AIRFLOW__API__SECRET_KEY": _long,
}
HEADING = """\
# Settings of this checkout; the environment goes before them. docs/SETTINGS.md lists them all.
# The secrets below were made at the first start. This file is yours alone: mode 600.
"""


def ensure_settings(path: Path) -> dict[str, str]:
    """Add the secrets that the file lacks, creating it where needed; all it holds then.

    What stands in it is never changed. The file comes to be whole or not at all.
    """
    present = read_environment(path)
    missing = {name: make() for name, make in SECRETS.items() if name not in present}
    if missing:
        before = path.read_text(encoding="utf-8") if path.exists() else HEADING
        if before and not before.endswith("\n"):
            before += "\n"
        write_private(
            path, before + "".join(f"{name}={value}\n" for name, value in missing.items())
        )
    else:
        path.chmod(0o600)
    return present | missing


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, by renaming a finished one into place."""
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def main() -> None:
    """Make the settings file of this checkout, as `docker compose --env-file` needs it."""
    path = Path.cwd() / ".aethercast" / "env"
    path.parent.mkdir(exist_ok=True)
    ensure_settings(path)


if __name__ == "__main__":
    main()
