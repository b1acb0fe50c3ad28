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
    """To the workflow as the facade tells it: what each step did, on the episode's page.

    The page opens for whoever has the link. The same as JSON, `/api/v1/workflows/<id>`, asks for a
    bearer token, which a browser does not have.
    """

    name = "Workflow"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """The steps of the page, or nothing before the workflow is known."""
        workflow_id = getattr(operator, "workflow_id", None)
        return f"{episode_url(workflow_id)}#steps" if workflow_id else ""


class AgentTaskLink(BaseOperatorLink):
    """To what the agent says of its task, on the same page.

    The agents' status service itself is an internal door: it asks for the service token, and no
    browser outside need reach it.
    """

    name = "Agent task"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """The step's line on the page, or nothing where no agent was asked."""
        if not getattr(operator, "agent_task_id", None):
            return ""
        workflow_id = getattr(operator, "workflow_id", None)
        return f"{episode_url(workflow_id)}#step-{operator.task_id}" if workflow_id else ""


class PageLink(BaseOperatorLink):
    """To the page that the cards are on."""

    name = "Page"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """The landing page; it asks who one is."""
        return page_url()


def page_url() -> str:
    """Where people see the cards."""
    return f"{flow_settings().public_url.rstrip('/')}/"


def episode_url(workflow_id: UUID) -> str:
    """Where an episode is heard; the link is signed, since a browser has no bearer token."""
    settings = flow_settings()
    secret = settings.secret_key.get_secret_value()
    return signed_link(secret, settings.public_url, workflow_id, datetime.now(UTC))
