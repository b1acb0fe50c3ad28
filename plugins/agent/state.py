"""An agent's task as its status service tells it."""

from dataclasses import dataclass
from typing import Any

from plugins.errors import AgentCancelled, AgentFailed

FINAL = frozenset({"SUCCESS", "FAILURE", "REVOKED"})


@dataclass(frozen=True)
class AgentState:
    """One answer of ``GET /v1/tasks/<task_id>``."""

    status: str
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None

    @property
    def is_final(self) -> bool:
        """Whether nothing more will come."""
        return self.status in FINAL

    def require_result(self) -> dict[str, Any]:
        """The result of a task that succeeded.

        Raises:
            AgentFailed: it did not, or it has not ended.
            AgentCancelled: it was stopped.
        """
        if self.status == "SUCCESS":
            return self.result or {}
        if self.status == "REVOKED":
            raise AgentCancelled
        error = self.error or {}
        raise AgentFailed(
            str(error.get("type") or "AgentFailed"),
            error.get("message"),
            retryable=bool(error.get("retryable", True)),
        )


def read_state(answer: dict[str, Any]) -> AgentState:
    """Read the status service's answer."""
    return AgentState(str(answer["status"]), answer.get("result"), answer.get("error"))
