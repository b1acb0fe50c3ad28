"""Buttons on a task in Airflow's UI."""

from datetime import UTC, datetime
from uuid import UUID

from airflow.sdk import BaseOperator, BaseOperatorLink
from airflow.sdk.types import TaskInstanceKey

from plugins.settings import flow_settings
from streamer.episode_link import episode_url as signed_link


class EpisodeLink(BaseOperatorLink):
    """To where the episode is heard."""

    name = "Listen"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """The episode's page, or nothing before the workflow is known."""
        workflow_id = getattr(operator, "workflow_id", None)
        return episode_url(workflow_id) if workflow_id else ""


class WorkflowLink(BaseOperatorLink):
    """To the workflow as the facade tells it."""

    name = "Workflow"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """The workflow's state, or nothing before the workflow is known."""
        workflow_id = getattr(operator, "workflow_id", None)
        return f"{_public()}/api/v1/workflows/{workflow_id}" if workflow_id else ""


class AgentTaskLink(BaseOperatorLink):
    """To the agent's task; the status service asks for the service token."""

    name = "Agent task"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """The task's status, or nothing where no agent was asked."""
        task_id = getattr(operator, "agent_task_id", None)
        return f"{flow_settings().agents_url.rstrip('/')}/v1/tasks/{task_id}" if task_id else ""


def episode_url(workflow_id: UUID) -> str:
    """Where an episode is heard; the link is signed, since a browser has no bearer token."""
    settings = flow_settings()
    secret = settings.secret_key.get_secret_value()
    return signed_link(secret, settings.public_url, workflow_id, datetime.now(UTC))


def _public() -> str:
    return flow_settings().public_url.rstrip("/")
