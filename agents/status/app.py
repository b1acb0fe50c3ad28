"""The service, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi_problem.handler import add_exception_handler, new_exception_handler

from agents.settings import StatusSettings
from agents.status.changes import Changes
from agents.status.loops import run_loops
from agents.status.routes import router
from agents.status.workers import Workers
from sql.pool import open_async_pool


def create_app(settings: StatusSettings) -> FastAPI:
    """Build the application; it connects when it starts."""
    app = FastAPI(title="Aethercast task status", lifespan=_run)
    app.state.settings = settings
    app.include_router(router)
    add_exception_handler(app, new_exception_handler())
    app.add_exception_handler(psycopg.OperationalError, _say_database_away)
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


async def _say_database_away(_request: Request, _error: Exception) -> JSONResponse:
    return JSONResponse(
        {"type": "database-away", "title": "The database does not answer.", "status": 503},
        status_code=503,
        headers={"Retry-After": "2", "Content-Type": "application/problem+json"},
    )
