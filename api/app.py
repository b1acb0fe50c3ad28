"""The facade's ASGI application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from pydantic import BaseModel

from api.categories.routes import router as categories
from api.documentation import install_documentation
from api.door import Door
from api.episodes.by_link import router as episodes_by_link
from api.episodes.routes import router as episodes
from api.health.readiness import ReadinessProbe
from api.health.routes import router as health
from api.login.routes import router as login
from api.media.routes import router as media
from api.pages.routes import router as pages
from api.pages.visitor import NotSignedIn, lead_to_login
from api.parts import open_parts
from api.podcasts.request import PodcastRequest
from api.podcasts.routes import router as podcasts
from api.problem_answers import install_problems
from api.search.routes import router as search
from api.sessions.document import SessionPatch
from api.sessions.routes import router as sessions
from api.settings import FacadeSettings
from api.snippets.routes import router as snippets
from api.snippets.starting import first_order
from api.sources.routes import router as sources
from api.sources.upload import TextRequest
from api.topics.request import ExploreRequest
from api.topics.routes import router as topics
from api.web.built import DIST, PREFIX
from api.web.files import BuiltFiles
from api.workflows.routes import router as workflows

DESCRIPTION = (
    "A topic becomes a podcast while you wait. Errors are problem documents (RFC 9457); "
    "their types are explained at /problems."
)


def create_app(settings: FacadeSettings) -> FastAPI:
    """The application; its parts are opened when it starts and closed when it ends."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_parts(settings) as parts:
            app.state.parts = parts
            app.state.probe = ReadinessProbe(parts)
            async with first_order(parts, app.state.probe):
                yield

    app = FastAPI(
        title="Aethercast", version="1", description=DESCRIPTION, lifespan=lifespan,
        docs_url=None, redoc_url=None, redirect_slashes=False,
    )  # fmt: skip
    versioned = APIRouter(prefix="/api/v1")
    for router in (
        podcasts,
        snippets,
        topics,
        categories,
        search,
        sources,
        media,
        episodes_by_link,
        workflows,
        sessions,
    ):
        versioned.include_router(router)
    for router in (versioned, episodes, login, health, pages):
        app.include_router(router)
    app.mount(PREFIX, BuiltFiles(directory=DIST, check_dir=False))
    install_problems(app)
    app.add_exception_handler(NotSignedIn, lead_to_login)
    bodies: list[type[BaseModel]] = [PodcastRequest, TextRequest, SessionPatch, ExploreRequest]
    install_documentation(app, bodies, settings)
    app.add_middleware(Door, settings=settings)
    return app
