"""/livez, /readyz, /metrics."""

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import JSONResponse, PlainTextResponse, Response

from api.documentation import documented
from api.health.readiness import LEAVING, Readiness
from api.health.workflows import count_workflows
from api.metrics import render
from api.parts import OfFacade
from api.problems import NotReady

router = APIRouter(tags=["health"])


@router.get("/livez", operation_id="livez", summary="Whether the process lives")
async def livez() -> dict[str, str]:
    """Answers as long as the process can answer."""
    return {"status": "alive"}


@router.get(
    "/readyz", operation_id="readyz", summary="Whether the whole chain is warm",
    response_model=Readiness, responses=documented(NotReady),
)  # fmt: skip
async def readyz(request: Request) -> Response:
    """Database, broker, a worker per queue, models, streamer, Airflow and its DAG."""
    draining = getattr(request.app.state, "draining", False)
    found: Readiness = LEAVING if draining else await request.app.state.probe.look()
    told = found.model_dump()
    if not found.ready:
        return NotReady(headers={"Retry-After": "1"}, **told).answer()
    return JSONResponse(told, headers={"Cache-Control": "no-store"})


@router.get(
    "/metrics", operation_id="metrics", summary="Figures for Prometheus",
    response_class=PlainTextResponse,
)  # fmt: skip
async def metrics(parts: OfFacade) -> Response:
    """In Prometheus' text format."""
    await count_workflows(parts.pool)
    return Response(render(), media_type=CONTENT_TYPE_LATEST)
