"""What all steps of a refresh have in common."""

from airflow.sdk import BaseOperatorLink, Context
from psycopg.types.json import Jsonb

from plugins.step import rows
from plugins.step.adoption import asked_of, began_by
from plugins.step.operator import StepOperator
from plugins.step.place import birth_of, workflow_of
from plugins.step.rows import Connection, Step
from sql.statements import Command

DAG_ID = "snippets"
DISCOVER, CRAFT, COVER = "discover", "card.craft", "card.cover"
COLLECT, COMPOSE, FINISH = "collect", "compose", "finish"
STEPS = {
    DISCOVER: "TDA",
    CRAFT: "SCA",
    COVER: "IGA",
    COLLECT: "CPOA",
    COMPOSE: "DUIA",
    FINISH: "CPOA",
}
"""The tasks of the snippets flow in order, and who does each."""
MAPPED = frozenset({CRAFT, COVER})
"""Of which there is one for each topic."""

ADOPT = Command("refreshes/adopt")


class RefreshStep(StepOperator):
    """A step of the snippets flow: no episode comes of it, and nobody owns it."""

    operator_extra_links: tuple[BaseOperatorLink, ...] = ()

    def adopt(self, connection: Connection, context: Context) -> None:
        """A refresh as the facade would have ordered it: everybody's."""
        adopt_refresh(connection, context)


def adopt_refresh(connection: Connection, context: Context) -> None:
    """Create the workflow of a run started in Airflow; every id is derived from the run."""
    instance = context["ti"]
    asked = asked_of(context)
    ADOPT.run(
        connection,
        workflow_id=workflow_of(context),
        details=Jsonb(asked | {"reason": asked.get("reason") or began_by(context)}),
        dag_id=instance.dag_id,
        run_id=instance.run_id,
        context=Jsonb({"run_after": birth_of(context["dag_run"])}),
    )


def plan_steps(connection: Connection, step: Step) -> None:
    """Rows for the steps that come whatever is found, in this step's generation."""
    rows.plan(connection, step, STEPS, MAPPED | {DISCOVER})
