"""GET /workflows/{workflow_id}."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from api.callers import OfCaller
from api.documentation import documented
from api.identifiers import OfWorkflow
from api.parts import OfFacade
from api.podcasts.document import AgentState
from api.podcasts.status import read_agents
from api.problems import NotFound, TooManyRequests, Unauthenticated
from sql import Statement

router = APIRouter(prefix="/workflows", tags=["workflows"])


@dataclass(frozen=True)
class Workflow:
    """A flow of the caller's, or one that is everybody's."""

    workflow_id: UUID
    status: str
    trigger: str
    dag_id: str
    dag_run_id: str
    triggered_at: datetime | None
    started_at: datetime
    ended_at: datetime | None
    error: str | None
    client_workflow_id: str | None


class WorkflowState(BaseModel):
    """A flow, the run in Airflow that carries it, and its tasks."""

    workflow_id: UUID
    status: str
    trigger: str
    dag_id: str
    dag_run_id: str
    airflow_run: str
    triggered_at: datetime | None
    started_at: datetime
    ended_at: datetime | None
    error: str | None
    client_workflow_id: str | None
    tasks: list[AgentState]


FIND = Statement("podcast_status/workflow", Workflow)


@router.get(
    "/{workflow_id}", operation_id="get_workflow", summary="See any flow's state",
    responses=documented(Unauthenticated, NotFound, TooManyRequests),
)  # fmt: skip
async def get_workflow(parts: OfFacade, caller: OfCaller, workflow_id: OfWorkflow) -> WorkflowState:
    """The workflow, the run in Airflow that carries it, and its tasks, in our words. A refresh of
    the pool of cards is everybody's to look at."""
    async with parts.pool.connection() as connection:
        found = await FIND.aone(connection, workflow_id=workflow_id, user_id=caller.user_id)
        if found is None:
            raise NotFound
        tasks = await read_agents(connection, workflow_id)
    page = parts.airflow.page_of(found.dag_id, found.dag_run_id)
    return WorkflowState(**vars(found), airflow_run=page, tasks=tasks)
