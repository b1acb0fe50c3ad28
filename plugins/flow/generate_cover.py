"""Has the cover drawn, if the caller wants one."""

from typing import Any

from airflow.sdk.exceptions import AirflowSkipException

from agents.canonical import JSON
from plugins.agent.operator import AgentOperator
from plugins.flow.podcast import read_podcast
from plugins.step.rows import Connection, Step


class GenerateCoverOperator(AgentOperator):
    """IGA. An episode without its cover is an episode, with a word about it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(agent_task="iga.generate_image", **kwargs)

    def compute_inputs(self, connection: Connection, step: Step) -> dict[str, JSON]:
        """The harvest's prompt. The script's title is not there yet: the topic stands on it."""
        podcast = read_podcast(connection, step)
        if podcast.preferences.get("cover") is False:
            raise AirflowSkipException("No cover was wanted.")
        return {
            "prompt": podcast.require_harvest()["cover_art_prompt"],
            "aspect_ratio": "1:1",
            "title": podcast.topic,
        }
