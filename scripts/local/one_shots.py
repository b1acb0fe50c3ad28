"""Remembers what a one-shot service completed on, so that it is skipped while nothing changed.

A completed one-shot is known by its command, its settings, the content of its inputs and the
database it ran against. A new database, though under the same address, is another one.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import psycopg

from scripts.local.compose import Service
from scripts.local.places import Places
from scripts.local.settings_file import write_private

IDENTITY = """
SELECT system_identifier::text, array_agg(oid::text ORDER BY datname)
FROM pg_control_system(), pg_database
WHERE datname IN (current_database(), 'airflow')
GROUP BY system_identifier
"""


def database_identity(url: str) -> str | None:
    """What tells these databases from any others; None where that cannot be told.

    ``url`` is Aethercast's own database; Airflow's is looked for on the same server.
    """
    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            found = connection.execute(IDENTITY.encode()).fetchone()
    except psycopg.Error:
        return None
    return repr(found) if found and len(found[1]) > 1 else None


def fingerprint(service: Service, places: Places, identity: str) -> str:
    """What a completed run of the service depended on."""
    digest = hashlib.sha256(repr(service).encode() + identity.encode())
    for file in _files(service, places.root):
        digest.update(str(file.relative_to(places.root)).encode() + file.read_bytes())
    return digest.hexdigest()


def _files(service: Service, root: Path) -> Iterator[Path]:
    for name in service.inputs:
        place = root / name
        yield from sorted(
            one
            for one in (place.rglob("*") if place.is_dir() else [place])
            if one.is_file() and "__pycache__" not in one.parts
        )


class Stamps:
    """What completed, by service."""

    def __init__(self, places: Places) -> None:
        self._file = places.stamps
        try:
            self._done: dict[str, str] = json.loads(self._file.read_text())
        except (OSError, ValueError):
            self._done = {}

    def holds(self, service: str, fingerprint: str) -> bool:
        """Whether the service completed on exactly this."""
        return self._done.get(service) == fingerprint

    def keep(self, service: str, fingerprint: str) -> None:
        """Record a completion."""
        self._done[service] = fingerprint
        write_private(self._file, json.dumps(self._done, indent=1))
