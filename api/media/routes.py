"""GET /media/{token}: the bytes behind a signed URL."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Header, Path, Request
from starlette.responses import Response, StreamingResponse

from api.documentation import documented
from api.media.links import read_link
from api.media.ranges import Span, Unsatisfiable, applies, matches, read_range
from api.parts import OfFacade, Parts
from api.problems import LinkExpired, LinkInvalid, NotFound, RangeUnsatisfiable
from api.signed import reading_link
from sql import Statement
from streamer.errors import ForeignMedia, MediaNotFound
from streamer.media import MediaStore

CHUNK = 256 * 1024
_COVER = "/covers/topics/"
"""Where cards' covers are kept, under names of their content: they never change."""
_FOR_A_DAY = "private, max-age=86400, immutable"
router = APIRouter(tags=["media"])


@dataclass(frozen=True)
class Stored:
    """A stored object."""

    uri: str
    media_type: str
    bytes: int
    sha256: str


FIND = Statement("media_links/find", Stored)


@router.head("/media/{token}", include_in_schema=False)
@router.get(
    "/media/{token}", operation_id="get_media", response_class=Response,
    summary="Fetch audio or a picture by its signed URL",
    responses={
        200: {"description": "The whole.", "content": {"audio/mpeg": {}, "image/png": {}}},
        206: {"description": "The range asked for."},
        304: {"description": "The caller has it already."},
        **documented(LinkInvalid, LinkExpired, NotFound, RangeUnsatisfiable),
    },
)  # fmt: skip
async def get_media(
    request: Request,
    parts: OfFacade,
    token: Annotated[str, Path(description="From a podcast's `media` or a card.")],
    range_: Annotated[str | None, Header(alias="Range")] = None,
    if_range: Annotated[str | None, Header()] = None,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """The link is the permission: no token is asked for. It holds for fifteen minutes, that of a
    card's cover for a day."""
    uri, name = _read(parts, token)
    stored = await _find(parts, uri)
    headers = _headers(stored, name)
    if matches(if_none_match, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    wanted = range_ if request.method == "GET" and applies(if_range, headers["ETag"]) else None
    try:
        span = read_range(wanted, stored.bytes)
    except Unsatisfiable:
        raise RangeUnsatisfiable(
            f"There are {stored.bytes} bytes.", {"Content-Range": f"bytes */{stored.bytes}"}
        ) from None
    return _answer(request, parts.store, stored, span, headers)


def _read(parts: Parts, token: str) -> tuple[str, str]:
    with reading_link():
        return read_link(parts.settings, token)


async def _find(parts: Parts, uri: str) -> Stored:
    async with parts.pool.connection() as connection:
        stored = await FIND.aone(connection, uri=uri)
    try:
        if stored is None or await to_thread.run_sync(parts.store.size, uri) != stored.bytes:
            raise NotFound("That file is no longer kept.")
    except (MediaNotFound, ForeignMedia):
        raise NotFound("That file is no longer kept.") from None
    return stored


def _headers(stored: Stored, name: str) -> dict[str, str]:
    return {
        "ETag": f'"{stored.sha256}"',
        "Accept-Ranges": "bytes",
        "Cache-Control": _FOR_A_DAY if _COVER in stored.uri else "private, max-age=600",
        "Content-Disposition": f'inline; filename="{name}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }


def _answer(
    request: Request, store: MediaStore, stored: Stored, span: Span | None, headers: dict[str, str]
) -> Response:
    whole = Span(0, stored.bytes)
    sent = span or whole
    headers["Content-Length"] = str(sent.end - sent.start)
    if span is not None:
        headers["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{stored.bytes}"
    status = 200 if span is None else 206
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=stored.media_type)
    pieces = _pieces(store, stored.uri, sent)
    return StreamingResponse(pieces, status, headers, stored.media_type)


async def _pieces(store: MediaStore, uri: str, span: Span) -> AsyncIterator[bytes]:
    """Read as fast as the caller takes it, a piece at a time."""
    for start in range(span.start, span.end, CHUNK):
        yield await to_thread.run_sync(store.read, uri, start, min(start + CHUNK, span.end))
