"""What the service answers."""

from typing import Annotated, Literal
from uuid import UUID

import psycopg
from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import JSONResponse

from agents.problems import require_service_token
from agents.status.polling import await_state
from agents.status.problems import UnknownTask
from streamer.problems import NotReady

router = APIRouter()


@router.get("/v1/tasks/{task_id}", dependencies=[Depends(require_service_token)])
async def read_task(
    request: Request,
    task_id: str,
    wait: Annotated[float, Query(ge=0, le=30)] = 0.0,
    wait_for: Literal["end", "change"] = "end",
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """The state of a dispatch, as soon as it ended (or changed), at the latest after ``wait`` s."""
    state = await await_state(
        request.app.state.pool,
        request.app.state.changes,
        _parse_id(task_id),
        wait,
        if_none_match,
        any_change=wait_for == "change",
    )
    if state is None:
        raise UnknownTask
    headers = {"ETag": state.etag, "Cache-Control": "no-store"}
    if if_none_match == state.etag:
        return Response(status_code=304, headers=headers)
    return JSONResponse(state.describe(), headers=headers)


@router.get("/livez")
async def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@router.get("/readyz")
async def ready(request: Request) -> dict[str, object]:
    """Database, broker, and a worker for every queue."""
    workers = request.app.state.workers
    queues = {name: workers.serves(name) for name in sorted(request.app.state.settings.queues)}
    checks = {
        "database": await _has_database(request),
        "broker": workers.has_broker(),
        **{f"queue {name}": served for name, served in queues.items()},
    }
    if not all(checks.values()):
        missing = ", ".join(name for name, good in checks.items() if not good)
        raise NotReady(f"Missing: {missing}.", checks=checks)
    return {"status": "ready", "checks": checks}


async def _has_database(request: Request) -> bool:
    try:
        async with request.app.state.pool.connection(timeout=2) as connection:
            await connection.execute("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def _parse_id(task_id: str) -> UUID:
    try:
        return UUID(task_id)
    except ValueError:
        raise UnknownTask from None
