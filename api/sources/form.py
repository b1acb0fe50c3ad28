"""Reads the one file of an upload form (RFC 7578), and refuses what can never be a source."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import to_thread
from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from agents.wcha.errors import BinarySource, EmptySource
from agents.wcha.sniff import sniff
from api.json_body import UTF_8, at, content_type, refused
from api.problems import BadRequest, UnsupportedMediaType

FIELD = "file"
MOST_PARTS = 8
HEAD = 8192
"""As many bytes say what a file is."""


@asynccontextmanager
async def open_upload(request: Request) -> AsyncIterator[UploadFile]:
    """The form's file, open for the length of the block.

    Raises:
        UnsupportedMediaType: it is said to be in another charset than UTF-8.
        BadRequest: the body is no form.
        InvalidRequest: it has other fields, no file, or a file that holds no text.
    """
    if content_type(request)[1] not in UTF_8:
        raise UnsupportedMediaType("The names in a form are sent in UTF-8 (RFC 7578).")
    try:
        form = await request.form(max_files=MOST_PARTS, max_fields=MOST_PARTS)
    except HTTPException as problem:
        raise BadRequest(f"The form cannot be read: {problem.detail}") from None
    except ValueError:  # of a charset that we read otherwise than the form's parser does
        raise BadRequest("The form cannot be read.") from None
    try:
        upload = _file_of(form)
        await to_thread.run_sync(_look_into, upload)
        yield upload
    finally:
        await form.close()


def _file_of(form: FormData) -> UploadFile:
    names = [_as_text(name) for name, _ in form.multi_items()]
    others = [at(name, "There is no such field; use `file`.") for name in names if name != FIELD]
    if others:
        raise refused(*others)
    if len(names) > 1:
        raise refused(at(FIELD, "The form takes one file; send the others by themselves."))
    upload = form.get(FIELD)
    if not isinstance(upload, UploadFile):
        raise refused(at(FIELD, "The form needs a file in its field `file`."))
    return upload


def _as_text(name: str) -> str:
    """A field's name as an answer can repeat it: a lone surrogate is no text."""
    return name.encode("utf-8", "replace").decode()


def _look_into(upload: UploadFile) -> None:
    """What a file seems to be, by its first bytes; the harvest reads it all. Blocks."""
    size = upload.size or 0
    upload.file.seek(0)
    head = upload.file.read(HEAD)
    try:
        sniff(head)
    except BinarySource as binary:
        raise refused(at(FIELD, str(binary))) from None
    except EmptySource:
        if size <= HEAD:
            raise refused(at(FIELD, "The file is empty.")) from None
    finally:
        upload.file.seek(0)
