"""GET /episodes/{key}: an episode's status for whoever has its signed link."""

from typing import Annotated

from fastapi import APIRouter, Header, Path, Request
from starlette.responses import Response

from api.documentation import documented
from api.limits.limiter import tell
from api.parts import OfFacade
from api.podcasts.answer import answer_version
from api.podcasts.document import PodcastStatus
from api.problems import LinkExpired, LinkInvalid, NotFound, TooManyRequests
from api.signed import reading_link
from streamer.episode_link import workflow_of

router = APIRouter(prefix="/episodes", tags=["episodes"])


@router.get(
    "/{key}", operation_id="get_episode", summary="See an episode by its signed link",
    response_model=PodcastStatus, responses={
        304: {"description": "Nothing has changed."},
        **documented(LinkInvalid, LinkExpired, NotFound, TooManyRequests),
    },
)  # fmt: skip
async def get_episode(
    request: Request,
    parts: OfFacade,
    key: Annotated[str, Path(description="`key` of a podcast's `links.episode`.")],
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """What the page at `links.episode` asks while it is open; the link is the permission."""
    with reading_link():
        workflow_id = workflow_of(parts.settings.secret_key.get_secret_value(), key)
    tell(request, await parts.limits.spend("reads", f"link/{workflow_id}"))
    version = await parts.versions.look(workflow_id)
    if version is None:
        raise NotFound
    return await answer_version(parts, version, if_none_match)
