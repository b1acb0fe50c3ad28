"""Has the cover drawn, if the caller wants one."""

from dataclasses import dataclass
from typing import Any

from airflow.sdk.exceptions import AirflowSkipException

from agents.canonical import JSON
from plugins.agent.operator import AgentOperator
from plugins.flow.podcast import read_podcast
from plugins.step.rows import Connection, Step
from sql.statements import Statement


@dataclass(frozen=True)
class Sleeve:
    """What the picture of an episode's card was painted from."""

    title: str
    prompt: str


_OF_CARD = Statement("snippets/sleeve", Sleeve)


class GenerateCoverOperator(AgentOperator):
    """IGA. An episode without its cover is an episode, with a word about it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(agent_task="iga.generate_image", **kwargs)

    def compute_inputs(self, connection: Connection, step: Step) -> dict[str, JSON]:
        """The prompt of the card that the episode was made from, so that its cover is the card's
        picture; else the harvest's. The script's title is not there yet: the topic stands on it."""
        podcast = read_podcast(connection, step)
        if podcast.preferences.get("cover") is False:
            raise AirflowSkipException("No cover was wanted.")
        card = _OF_CARD.one(connection, podcast_id=step.workflow_id)
        return {
            "prompt": card.prompt if card else podcast.require_harvest()["cover_art_prompt"],
            "aspect_ratio": "1:1",
            "title": card.title if card else podcast.topic,
        }
