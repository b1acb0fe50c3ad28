"""The service, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from agents.problems import install
from agents.settings import StatusSettings
from agents.status.changes import Changes
from agents.status.loops import run_loops
from agents.status.problems import CATALOGUE
from agents.status.routes import router
from agents.status.workers import Workers
from sql.pool import open_async_pool


def create_app(settings: StatusSettings) -> FastAPI:
    """Build the application; it connects when it starts."""
    app = FastAPI(title="Aethercast task status", lifespan=_run, docs_url=None, redoc_url=None)
    app.state.settings = settings
    app.include_router(router)
    install(app, CATALOGUE)
    return app


@asynccontextmanager
async def _run(app: FastAPI) -> AsyncIterator[None]:
    settings: StatusSettings = app.state.settings
    app.state.changes = Changes(settings.database_url)
    app.state.workers = Workers()
    app.state.pool = await open_async_pool(settings)
    try:
        async with run_loops(settings, app.state.pool, app.state.changes, app.state.workers):
            yield
    finally:
        await app.state.pool.close()
