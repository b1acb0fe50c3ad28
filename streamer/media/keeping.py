"""Every object has a row before it has bytes, so that none is ever lost sight of."""

import hashlib
from pathlib import Path
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.pq import TransactionStatus

from sql import Command
from streamer.errors import OpenTransaction
from streamer.media.store import MediaStore

ANNOUNCE = Command("media/announce")
MARK_STORED = Command("media/mark_stored")
TOUCH = Command("media/touch")
"""Says that an object found by its key is about to be referred to. It touches one row, or none
where housekeeping was quicker: then there is no such object any more."""


def keep(
    connection: Connection[Any],
    store: MediaStore,
    key: str,
    data: bytes | Path,
    media_type: str,
    user_id: UUID | None,
    workflow_id: UUID | None,
) -> str:
    """Store an object and its ``media_objects`` row; returns the URI.

    The row is committed before the upload begins, so ``connection`` must not be inside a
    transaction. A crash in between leaves a row that housekeeping finds, never a lost file.
    Keeping the same key again replaces both.

    Raises:
        OpenTransaction: the row could not be committed first.
        InvalidMediaKey, MediaUnavailable: as the store says.
    """
    if connection.info.transaction_status != TransactionStatus.IDLE:
        raise OpenTransaction
    uri = store.uri_of(key)
    length, digest = measure(data)
    with connection.transaction():
        ANNOUNCE.run(
            connection, uri=uri, user_id=user_id, workflow_id=workflow_id,
            media_type=media_type, bytes=length, sha256=digest,
        )  # fmt: skip
    store.put(key, data, media_type)
    with connection.transaction():
        MARK_STORED.run(connection, uri=uri)
    return uri


def measure(data: bytes | Path) -> tuple[int, str]:
    """Length in bytes and SHA-256 in hexadecimal."""
    if isinstance(data, bytes):
        return len(data), hashlib.sha256(data).hexdigest()
    with data.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return data.stat().st_size, digest
