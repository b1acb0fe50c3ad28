"""Has the script spoken, part by part, while it is being written."""

from typing import Any

from agents.canonical import JSON
from plugins.agent.operator import AgentOperator
from plugins.errors import InputMissing, WritingCleared
from plugins.flow.podcast import read_podcast
from plugins.step.rows import Connection, Step


class ForgeVoiceOperator(AgentOperator):
    """VFA. It reads the parts from their table as they appear, and streams what it speaks."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(agent_task="vfa.forge_voice", **kwargs)

    def compute_inputs(self, connection: Connection, step: Step) -> dict[str, JSON]:
        """The script that is being written, or was."""
        podcast = read_podcast(connection, step)
        if podcast.writing_status == "cancelled":
            raise WritingCleared
        if podcast.writing_status == "failed":
            raise InputMissing(podcast.writing_error or "There is no script to speak.")
        return {
            "script_id": str(podcast.script_id),
            "revision": podcast.script_revision,
            "stream_id": str(podcast.stream_id),
            "voice_params": podcast.tts_settings or podcast.preferences.get("voices") or {},
        }
