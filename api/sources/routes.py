"""POST /sources."""

import json
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID, uuid4

from anyio import to_thread
from fastapi import APIRouter, Request
from psycopg import AsyncConnection
from starlette.datastructures import UploadFile
from starlette.responses import Response

from api.callers import OfCaller
from api.documentation import documented, json_body, keyed
from api.json_body import check, content_type, read_json
from api.limits.limiter import refusals_counted, tell
from api.parts import OfFacade, Parts
from api.problems import (
    BadRequest,
    BodyTooLarge,
    InvalidRequest,
    KeyInUse,
    KeyMalformed,
    KeyMissing,
    KeyReused,
    Problem,
    QuotaExceeded,
    TooManyRequests,
    Unauthenticated,
    UnsupportedMediaType,
)
from api.request_keys import Answer, Ask, Effect, answer_once, ask, read_key, replay
from api.sources.form import open_upload
from api.sources.upload import (
    Created,
    NewSource,
    TextRequest,
    digest_of,
    key_of,
    media_type_of,
    name_of,
    of_text,
    store_upload,
    withdraw,
)

ROUTE = "POST /api/v1/sources"
router = APIRouter(prefix="/sources", tags=["sources"])
_MULTIPART = {
    "encoding": {"file": {"contentType": "text/plain, text/markdown, text/html, application/pdf"}},
    "schema": {
        "type": "object",
        "required": ["file"],
        "additionalProperties": False,
        "properties": {"file": {"type": "string", "format": "binary"}},
    },
}
_BODY: dict[str, Any] = json_body(TextRequest)
_BODY["requestBody"]["content"]["multipart/form-data"] = _MULTIPART


@router.post(
    "", status_code=201, operation_id="create_source", summary="Hand in a file or a text",
    response_model=Created, openapi_extra={**_BODY, "parameters": keyed()},
    responses=documented(
        BadRequest, KeyMissing, KeyMalformed, Unauthenticated, KeyInUse, BodyTooLarge,
        UnsupportedMediaType, InvalidRequest, KeyReused, TooManyRequests, QuotaExceeded,
    ),
)  # fmt: skip
async def create_source(request: Request, parts: OfFacade, caller: OfCaller) -> Response:
    """The source belongs to you; name it in POST /podcasts by its id."""
    async with refusals_counted(request, parts.limits, caller.user_id):
        key, (kind, _) = read_key(request), content_type(request)
        if kind not in ("multipart/form-data", "application/json"):
            raise UnsupportedMediaType("Send multipart/form-data with a file, or JSON with a text.")
    take = _take_file if kind == "multipart/form-data" else _take_text
    return await take(request, parts, caller.user_id, key)


async def _take_text(request: Request, parts: Parts, user_id: UUID, key: str) -> Response:
    async with refusals_counted(request, parts.limits, user_id):
        body = await read_json(request)
        asked = ask(user_id, key, ROUTE, body)
        if (replayed := await replay(parts.pool, asked)) is not None:
            return replayed
    await parts.limits.consider(user_id)
    new = of_text(uuid4(), user_id, check(TextRequest, body))

    async def commit(connection: AsyncConnection[Any]) -> None:
        await new.commit(connection, parts.settings)
        tell(request, await parts.limits.spend("writes", user_id))  # or it is all undone

    response, _ = await _answer(parts, asked, new, commit)
    return response


async def _take_file(request: Request, parts: Parts, user_id: UUID, key: str) -> Response:
    async with AsyncExitStack() as opened:
        async with refusals_counted(request, parts.limits, user_id):
            upload = await opened.enter_async_context(open_upload(request))
            new = await _look_at(parts, upload, user_id)
            content = {"sha256": new.sha256, "name": new.title, "media_type": new.media_type}
            asked = ask(user_id, key, ROUTE, content)
            if (replayed := await replay(parts.pool, asked)) is not None:
                return replayed
        return await _take_upload(request, parts, upload, new, asked)


async def _look_at(parts: Parts, upload: UploadFile, user_id: UUID) -> NewSource:
    digest = await to_thread.run_sync(digest_of, upload, limiter=parts.uploading)
    source_id = uuid4()
    return NewSource(
        source_id, user_id, "upload", name_of(upload), media_type_of(upload), digest,
        upload.size or 0, content_uri=parts.store.uri_of(key_of(source_id)),
    )  # fmt: skip


async def _take_upload(
    request: Request, parts: Parts, upload: UploadFile, new: NewSource, asked: Ask
) -> Response:
    await parts.limits.consider(new.user_id, "uploads")
    async with parts.pool.connection() as connection, connection.transaction():
        await new.announce(connection, parts.settings)
        tell(request, await parts.limits.spend("uploads", new.user_id))  # or it is all undone
    await to_thread.run_sync(store_upload, parts, upload, new, limiter=parts.uploading)
    try:
        response, fresh = await _answer(parts, asked, new, new.write)
    except Problem:  # of the key: nothing was committed
        await to_thread.run_sync(withdraw, parts, new, limiter=parts.uploading)
        raise
    if not fresh:
        await to_thread.run_sync(withdraw, parts, new, limiter=parts.uploading)
    return response


async def _answer(
    parts: Parts, asked: Ask, new: NewSource, commit: Effect
) -> tuple[Response, bool]:
    answer = Answer(201, {}, json.dumps({"source_id": str(new.source_id)}))
    return await answer_once(parts.pool, asked, answer, commit, parts.settings.key_wait_seconds)
