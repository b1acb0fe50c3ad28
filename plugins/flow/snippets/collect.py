"""Gathers what became of each topic, and takes out of the pool what has had its time."""

from airflow.sdk import Context
from psycopg.types.json import Jsonb

from agents.canonical import JSON
from plugins.flow.snippets.paint import NOTE_PROBLEM
from plugins.flow.snippets.refresh import RefreshStep
from plugins.flow.snippets.result import Result, read_result
from plugins.step.rows import Connection, Step
from sql.statements import Command

FAIL_TOPIC = Command("refreshes/fail_topic")
RETIRE = Command("refreshes/retire_cards")
NOTE_RESULT = Command("refreshes/note_result")

MOST_CARDS = 200
NEWS_SECONDS = 7 * 86_400.0
OFTEN = 40
"""How often a card is shown before it leaves for fresher ones."""
FRESHER = 20
"""How many fresher ones have to stand then."""
SOON = 3
"""Proposals that a topic is charged with at most where a service was away: what is mended is met
again after three minutes."""


class CollectCardsOperator(RefreshStep):
    """Runs whatever became of the cards (``trigger_rule="all_done"``)."""

    agent_name = "CPOA"

    def perform(self, connection: Connection, step: Step, context: Context) -> dict[str, JSON]:
        """Write the result down; each statement stands for itself and may be repeated."""
        result = read_result(connection, step.workflow_id)
        settle(connection, result)
        NOTE_RESULT.run(connection, workflow_id=step.workflow_id, result=Jsonb(result.as_json()))
        retired = 0 if result.elsewhere else retire(connection)
        return {
            "cards": len(result.made),
            "failed": len(result.failed),
            "without_cover": len(result.bare),
            "retired": retired,
        }


def settle(connection: Connection, result: Result) -> None:
    """Say at each topic without a card, and at each card without a cover, why there is none.

    Mostly its own step has said so; one whose process died could not.
    """
    for topic in result.failed:
        FAIL_TOPIC.run(
            connection,
            topic_id=topic.topic_id,
            problem=topic.reason,
            passing=topic.passing,
            soon=SOON,
        )
    for card in result.made:
        if not card.has_cover and card.cover_problem is None:
            problem = result.bare[card.topic_id]
            NOTE_PROBLEM.run(connection, topic_id=card.topic_id, problem=problem)


def retire(connection: Connection) -> int:
    """Take out of the pool what has had its time; how many cards."""
    return RETIRE.run(
        connection, most=MOST_CARDS, news_seconds=NEWS_SECONDS, shown=OFTEN, fresher=FRESHER
    )
