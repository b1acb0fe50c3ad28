"""GET /episodes/{workflow_id}: the episode for people, by signed link or bearer token."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Query, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import FileResponse, HTMLResponse, Response

from api.callers import identify
from api.identifiers import OfWorkflow
from api.limits.limiter import tell
from api.parts import OfFacade, Parts
from api.podcasts.document import PodcastStatus
from api.podcasts.status import read_status
from api.problems import LinkExpired, LinkInvalid, NotFound
from streamer.episode_link import opens
from streamer.permission import PermissionForged, PermissionOver

PAGE = Path(__file__).parent / "page"
POLICY = (
    "default-src 'none'; style-src 'self'; img-src {origin}; media-src {origin}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
STATUS_WORDS = {
    "GENERATING": "In the making", "COMPLETED": "Finished", "FAILED": "Failed",
    "COMPLETED_WITH_ERRORS": "Finished, with something missing", "CANCELLED": "Cancelled",
}  # fmt: skip
HOSTS = {"host_a": "Host", "host_b": "Co-host"}

router = APIRouter(prefix="/episodes", include_in_schema=False)


def is_web_address(address: str | None) -> bool:
    """Whether a link to it is safe to show: http or https, and nothing that runs here."""
    try:
        return urlsplit(address or "").scheme.lower() in ("http", "https")
    except ValueError:
        return False


_pages = Environment(
    loader=FileSystemLoader(PAGE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
_pages.tests["web_address"] = is_web_address


@router.get("/style.css")
async def get_style() -> Response:
    """The page's one style sheet."""
    return FileResponse(PAGE / "style.css", headers={"Cache-Control": "max-age=3600"})


@router.get("/{workflow_id}")
async def get_episode(
    request: Request,
    parts: OfFacade,
    workflow_id: OfWorkflow,
    key: Annotated[str | None, Query()] = None,
) -> Response:
    """The episode's page. The signed link is printed when an episode is made."""
    user_id = await _admit(request, parts, workflow_id, key)
    async with parts.pool.connection() as connection:
        podcast = await read_status(connection, parts, workflow_id, user_id)
    if podcast is None:
        raise NotFound
    headers = {
        "Content-Security-Policy": POLICY.format(origin=_origin(parts.settings.public_url)),
        "Cache-Control": "private, no-store",
    }
    return HTMLResponse(render(podcast), headers=headers)


def render(podcast: PodcastStatus) -> str:
    """The page's HTML; all of it that comes from elsewhere is escaped."""
    return _pages.get_template("episode.html").render(
        podcast=podcast, hosts=HOSTS, status=STATUS_WORDS[podcast.status],
        length=_length(podcast.duration_seconds),
        numbers={each.source_id: number for number, each in enumerate(podcast.sources, 1)},
    )  # fmt: skip


async def _admit(request: Request, parts: Parts, workflow_id: UUID, key: str | None) -> UUID | None:
    """Whose podcasts may be shown: the bearer's own, or with a signed link this one.

    Either is counted as reading: of a link, all who have it together.
    """
    if key is None:
        user_id = (await identify(request, parts)).user_id
        tell(request, await parts.limits.spend("reads", user_id))
        return user_id
    try:
        if not opens(parts.settings.secret_key.get_secret_value(), workflow_id, key):
            raise LinkInvalid
    except PermissionForged:
        raise LinkInvalid from None
    except PermissionOver:
        raise LinkExpired from None
    tell(request, await parts.limits.spend("reads", f"link/{workflow_id}"))
    return None


def _length(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
