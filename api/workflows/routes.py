"""GET /workflows/{workflow_id}."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from api.documentation import documented
from api.identifiers import OfWorkflow
from api.parts import OfFacade
from api.podcasts.document import AgentState
from api.podcasts.status import read_agents
from api.problems import NotFound, TooManyRequests, Unauthenticated
from api.snippets.document import Document
from api.snippets.view import OfAsker
from api.workflows.result import RefreshResult, tell_result
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
    result: dict[str, Any] | None


class WorkflowState(Document):
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
    result: RefreshResult | None
    """What a refresh of the pool of cards, or an exploration, made; null until that was gathered,
    and where the flow makes something else."""


FIND = Statement("podcast_status/workflow", Workflow)


@router.get(
    "/{workflow_id}", operation_id="get_workflow", summary="See any flow's state",
    responses=documented(Unauthenticated, NotFound, TooManyRequests),
)  # fmt: skip
async def get_workflow(parts: OfFacade, asker: OfAsker, workflow_id: OfWorkflow) -> WorkflowState:
    """The workflow, the run in Airflow that carries it, and its tasks, in our words. A refresh of
    the pool of cards is everybody's to look at."""
    async with parts.pool.connection() as connection:
        found = await FIND.aone(connection, workflow_id=workflow_id, user_id=asker.user_id)
        if found is None:
            raise NotFound
        tasks = await read_agents(connection, workflow_id)
    page = parts.airflow.page_of(found.dag_id, found.dag_run_id)
    result = None if found.result is None else await tell_result(parts, asker, found.result)
    return WorkflowState(**{**vars(found), "result": result}, airflow_run=page, tasks=tasks)
