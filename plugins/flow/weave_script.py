"""Has the script written."""

from typing import Any

from agents.canonical import JSON
from plugins.agent.operator import AgentOperator
from plugins.flow.podcast import CHOOSE_SCRIPT, read_podcast
from plugins.step.rows import Connection, Step


class WeaveScriptOperator(AgentOperator):
    """PSWA. A person's Clear asks for a new revision; parts of a script never change."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(agent_task="pswa.weave_script", **kwargs)

    def compute_inputs(self, connection: Connection, step: Step) -> dict[str, JSON]:
        """The script's revision is the generation of its writing."""
        podcast = read_podcast(connection, step)
        CHOOSE_SCRIPT.run(connection, workflow_id=step.workflow_id, revision=step.generation)
        return {
            "script_id": str(podcast.script_id),
            "revision": step.generation,
            "topic": podcast.topic,
            "source_ids": podcast.require_harvest()["source_ids"],
            "preferences": podcast.preferences,
        }

    def summarise(self, result: dict[str, JSON]) -> dict[str, JSON]:
        """Without the lines, which stand in their own table."""
        parts = result.get("parts") or []
        return {
            "script_id": result["script_id"],
            "revision": result["revision"],
            "title": result.get("title"),
            "summary": result.get("summary"),
            "model": result.get("model"),
            "parts": len(parts),
            "lines": sum(len(part["lines"]) for part in parts),
        }
