"""GET /episodes/{workflow_id}: the episode for people, by signed link or bearer token."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import FileResponse, HTMLResponse, Response

from api.callers import identify
from api.identifiers import OfWorkflow
from api.limits.limiter import tell
from api.parts import OfFacade, Parts
from api.podcasts.document import PodcastStatus
from api.podcasts.status import read_status
from api.problems import LinkInvalid, NotFound
from api.signed import reading_link
from api.web.built import find_page
from api.web.templates import open_templates
from streamer.episode_link import opens

PAGE = Path(__file__).parent / "page"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' {origin}; "
    "media-src 'self' blob: {origin}; connect-src 'self' {origin} {streams}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Nothing inline and nothing of others; `blob:` is what a page plays that it received itself."""
STATUS_WORDS = {
    "GENERATING": "In the making", "COMPLETED": "Finished", "FAILED": "Failed",
    "COMPLETED_WITH_ERRORS": "Finished, with something missing", "CANCELLED": "Cancelled",
}  # fmt: skip
HOSTS = {"host_a": "Host", "host_b": "Co-host"}

router = APIRouter(prefix="/episodes", include_in_schema=False)
_pages = open_templates(PAGE)


@router.get("/style.css")
async def get_style() -> Response:
    """The page's one style sheet."""
    return FileResponse(PAGE / "style.css", headers={"Cache-Control": "max-age=3600"})


@router.get("/icon.svg")
async def get_icon() -> Response:
    """What stands for us among a browser's tabs."""
    return FileResponse(PAGE / "icon.svg", headers={"Cache-Control": "max-age=86400"})


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
    policy = POLICY.format(
        origin=_origin(parts.settings.public_url), streams=_origin(parts.settings.public_asf_url)
    )
    headers = {"Content-Security-Policy": policy, "Cache-Control": "private, no-store"}
    return HTMLResponse(render(podcast, _news(podcast, key)), headers=headers)


@dataclass(frozen=True)
class News:
    """Where the page hears what becomes of the episode."""

    status: str
    events: str | None


def _news(podcast: PodcastStatus, key: str | None) -> News:
    """By the link, or as the browser that is signed in; events are for the latter."""
    if key is not None:
        return News(f"/api/v1/episodes/{key}", None)
    return News(podcast.links.self, f"{podcast.links.self}/events")


def render(podcast: PodcastStatus, news: News) -> str:
    """The page's HTML; all of it that comes from elsewhere is escaped."""
    return _pages.get_template("episode.html").render(
        podcast=podcast, hosts=HOSTS, status=STATUS_WORDS[podcast.status], news=news,
        player=find_page("episode"), length=_length(podcast.duration_seconds),
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
    with reading_link():
        opened = opens(parts.settings.secret_key.get_secret_value(), workflow_id, key)
    if not opened:
        raise LinkInvalid
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
