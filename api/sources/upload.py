"""Takes a file or a text as a source."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from psycopg import AsyncConnection, OperationalError
from psycopg_pool import PoolTimeout
from pydantic import BaseModel, ConfigDict
from starlette.datastructures import UploadFile

from api.limits.quotas import admit_bytes
from api.parts import Parts
from api.request_keys import limit_wait
from api.settings import FacadeSettings
from api.words import LONGEST_LINE, Line, Prose, one_line
from sql import Command
from streamer.errors import StreamerError
from streamer.media import keep
from streamer.media.keeping import ANNOUNCE

CREATE = Command("uploads/create")
WITHDRAW = Command("uploads/withdraw")
UNKNOWN = "application/octet-stream"

log = structlog.get_logger()


class TextRequest(BaseModel):
    """A text and its title."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"title": "Minutes of May", "text": "The board met …"}]},
    )

    title: Line
    text: Prose


class Created(BaseModel):
    """A source that was taken."""

    source_id: UUID


@dataclass(frozen=True)
class NewSource:
    """A source on the point of being written."""

    source_id: UUID
    user_id: UUID
    kind: str
    title: str
    media_type: str
    sha256: str
    size: int
    """In bytes."""
    content_uri: str | None = None
    body: str | None = None

    async def commit(self, connection: AsyncConnection[Any], settings: FacadeSettings) -> None:
        """Write the row of a text. The caller holds the transaction.

        Raises:
            QuotaExceeded: there is no room for it.
        """
        await admit_bytes(connection, self.user_id, self.size, settings)
        await self.write(connection)

    async def announce(self, connection: AsyncConnection[Any], settings: FacadeSettings) -> None:
        """Take the room that a file needs, before its bytes. The caller holds the transaction.

        Raises:
            QuotaExceeded: there is no room for it.
        """
        await limit_wait(connection, settings.key_wait_seconds)
        await admit_bytes(connection, self.user_id, self.size, settings)
        await ANNOUNCE.arun(
            connection, uri=self.content_uri, user_id=self.user_id, workflow_id=None,
            media_type=self.media_type, bytes=self.size, sha256=self.sha256,
        )  # fmt: skip

    async def write(self, connection: AsyncConnection[Any]) -> None:
        """Write the row. The caller holds the transaction, and made sure that there is room."""
        await CREATE.arun(
            connection, source_id=self.source_id, user_id=self.user_id, kind=self.kind,
            title=self.title, url=None, media_type=self.media_type, content_uri=self.content_uri,
            body=self.body, sha256=self.sha256,
        )  # fmt: skip


def of_text(source_id: UUID, user_id: UUID, text: TextRequest) -> NewSource:
    """A text needs no extraction: what was sent is what citations point into."""
    content = text.text.encode()
    return NewSource(
        source_id, user_id, "text", text.title, "text/plain", hashlib.sha256(content).hexdigest(),
        len(content), body=text.text,
    )  # fmt: skip


@contextmanager
def as_path(upload: UploadFile) -> Iterator[Path]:
    """The upload as a file with a name. Blocks: call it in a thread."""
    with tempfile.NamedTemporaryFile(prefix="aethercast-upload-") as copy:
        upload.file.seek(0)
        shutil.copyfileobj(upload.file, copy, 1 << 20)
        copy.flush()
        yield Path(copy.name)


def digest_of(upload: UploadFile) -> str:
    """SHA-256 of the upload, in hexadecimal digits. Blocks."""
    digest = hashlib.sha256()
    upload.file.seek(0)
    while piece := upload.file.read(1 << 20):
        digest.update(piece)
    return digest.hexdigest()


def name_of(upload: UploadFile) -> str:
    """The file's plain name, for a title until its content names a better one."""
    plain = (upload.filename or "").replace("\\", "/").rpartition("/")[2]
    shown = "".join(each for each in plain if each.isprintable())[:LONGEST_LINE]
    try:
        return one_line(shown)
    except ValueError:
        return "Uploaded file"


def media_type_of(upload: UploadFile) -> str:
    """What the caller says it is; what it really is, the harvest finds out."""
    said = (upload.content_type or "").partition(";")[0].strip().lower()
    return said if 3 <= len(said) <= 127 and said.isprintable() and "/" in said else UNKNOWN


def key_of(source_id: UUID) -> str:
    """Under which key of the media store a source's file is."""
    return f"sources/{source_id}"


def store_upload(parts: Parts, upload: UploadFile, new: NewSource) -> None:
    """Put the bytes into the media store. Blocks."""
    with as_path(upload) as path, parts.keeping.connection() as connection:
        keep(
            connection, parts.store, key_of(new.source_id), path, new.media_type, new.user_id, None
        )


def withdraw(parts: Parts, new: NewSource) -> None:
    """Give back the room of a file that is no source: another request with its key was first.

    Blocks. Where this fails, housekeeping finds the object.
    """
    assert new.content_uri is not None
    try:
        with parts.keeping.connection() as connection:
            WITHDRAW.run(connection, uri=new.content_uri)
        parts.store.delete(new.content_uri)
    except (StreamerError, OperationalError, PoolTimeout) as problem:
        log.warning("upload.left_behind", uri=new.content_uri, problem=str(problem))
