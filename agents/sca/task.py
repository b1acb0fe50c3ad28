"""The Celery task ``sca.craft_snippet``."""

from functools import cache
from uuid import UUID

import agents.sca.warm  # noqa: F401  (its steps are done when a worker starts)
from agents.aims.client import AimsClient
from agents.aims.text.tasks import SNIPPET
from agents.canonical import JSON
from agents.journal import Produced
from agents.sca.crafting import Ask, Order, craft
from agents.sca.errors import UnknownTopic
from agents.sca.settings import SnippetSettings
from agents.sca.store import Topic, find_card, find_material, find_topic, publish, take_up
from agents.task import AgentCall, agent_task


@agent_task("sca.craft_snippet")
def craft_snippet(
    call: AgentCall,
    *,
    topic_id: UUID,
    title_suggestion: str,
    keywords: list[str],
    fingerprint: str,
) -> JSON:
    """Make the card of a topic and publish it: from then on it is in the pool.

    A card that tells this material already is returned as it stands, with nobody else up but the
    database. ``fingerprint`` is that of the topic's material.
    """
    with call.transaction() as connection:
        _require(find_topic(connection, topic_id, call.user_id))
        standing = find_card(connection, topic_id)
        if standing and standing.state == "ready" and standing.fingerprint == fingerprint:
            take_up(connection, topic_id)
            return standing.as_json()
        material = find_material(connection, topic_id)
    settings = SnippetSettings()
    order = Order(topic_id, title_suggestion, keywords, fingerprint, material, settings)
    call.progress(0, 1, "cards")
    crafted = craft(order, _asking(call, settings))
    with call.transaction() as connection:
        _require(find_topic(connection, topic_id, call.user_id))
        card = publish(
            connection, topic_id, call.workflow_id, fingerprint, keywords,
            crafted.card, crafted.model,
        )  # fmt: skip
    call.progress(1, 1, "cards")
    return card.as_json()


def _require(topic: Topic | None) -> None:
    if topic is None:
        raise UnknownTopic


def _asking(call: AgentCall, settings: SnippetSettings) -> Ask:
    """AIMS through the journal: the same is asked once, whatever happens to this worker."""
    token = call.settings.service_token.get_secret_value()
    client = open_client(call.settings.aims_url, token)

    def ask(body: JSON, inputs: JSON) -> JSON:
        call.checkpoint()

        def produce(_: str) -> Produced:
            answer = client.generate(
                SNIPPET, **body, deadline_seconds=settings.snippet_timeout_seconds,
                checkpoint=call.checkpoint,
            )  # fmt: skip
            units = {k: float(v) for k, v in answer.usage.items() if isinstance(v, int | float)}
            return Produced({"output": answer.output, "model": answer.model}, units)

        return call.journal.remember(SNIPPET, inputs, produce, settings.writer_name)

    return ask


@cache
def open_client(url: str, token: str) -> AimsClient:
    """One client per process and service."""
    return AimsClient(url, token)
