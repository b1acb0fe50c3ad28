"""The snippets flow: topics are found, each becomes a card, and the cards become a page."""

from datetime import timedelta

from airflow.sdk import DAG, Param, task_group

from plugins.flow.snippets.collect import CollectCardsOperator
from plugins.flow.snippets.compose import ComposePageOperator
from plugins.flow.snippets.craft import CraftSnippetOperator
from plugins.flow.snippets.discover import DiscoverTopicsOperator
from plugins.flow.snippets.finish import FinishRefreshOperator
from plugins.flow.snippets.paint import PaintCardOperator
from plugins.flow.snippets.refresh import COLLECT, COMPOSE, DISCOVER, FINISH
from plugins.flow.snippets.settings import refresh_settings

DOC = """
### New cards for the page

`discover` looks for topics in the feeds and the library. Each becomes a card of its own:
`card.craft` writes it, and with that it is on the page; `card.cover` paints its picture. `collect`
gathers what became of them and takes out of the pool what has had its time, `compose` makes the
page of the best, `finish` closes the workflow.

One bad topic costs one card: the run ends well and its workflow `completed_with_errors`. It fails
where topics could not be looked for, or where there were some and no card came of any.

The facade triggers it with run id `snippets__<workflow_id>` where the pool is stale or short. It
also runs by itself, `AETHERCAST_SNIPPETS_SCHEDULE`. Started here, by hand, it refreshes everybody's
page; with a *query* it looks for that. One refresh at a time: where another is at work, a run ends
at once and says so.

*Clear* a `card.craft` to have that card written anew. *Clear* the run to make the same cards again;
what a workflow found it finds again, so for new topics trigger a new run.
"""

FACADE = "Set by the facade"
RUNS = 16
"""At once: several people explore, each as often as a quota allows, beside everybody's refresh. The
pool bounds what all of them take together."""
CARDS = {"pool": "cards", "wait_seconds": 6}
"""Four at a time of eight slots. A card's agents take less than a second, so nothing defers unless
many wait for the one painter."""


with DAG(
    dag_id="snippets",
    description="Find topics, write and paint a card for each, and compose the page.",
    doc_md=DOC,
    schedule=refresh_settings().snippets_schedule or None,
    catchup=False,
    max_active_runs=RUNS,
    dagrun_timeout=timedelta(minutes=15),
    tags=["aethercast", "snippets"],
    default_args={
        "owner": "aethercast",
        "retries": 2,
        "retry_delay": timedelta(seconds=2),
        # Below every task of a podcast, above the housekeeping. A card is finished before the
        # next is begun.
        "weight_rule": "absolute",
        "priority_weight": 8,
    },
    # The facade also says who asked, and why: that is for the record. What stands here is checked
    # in every task.
    params={
        "query": Param(
            default=None,
            type=["null", "string"],
            minLength=1,
            maxLength=500,
            title="Query",
            description="What to look for. Empty: what is new.",
        ),
        "limit": Param(default=12, type="integer", minimum=1, maximum=64, title="Cards at most"),
        "hurry": Param(
            default=False,
            type="boolean",
            title="Hurry",
            description="Wait for no feed that is slow: somebody waits for the first card.",
        ),
        "parent_topic_id": Param(
            None, type=["null", "string"], format="uuid", title="Deeper into", section=FACADE
        ),
        "workflow_id": Param(
            None, type=["null", "string"], format="uuid", title="Workflow", section=FACADE
        ),
    },
) as dag:
    discover = DiscoverTopicsOperator(
        task_id=DISCOVER,
        doc_md="TDA looks for topics. Its XCom is the list that the cards are mapped over.",
        deadline=timedelta(minutes=1),
        pool="cards",
        priority_weight=6,
    )

    @task_group(group_id="card")
    def card(topic: dict[str, str]) -> None:  # noqa: ARG001
        """One topic's way to its card. Its steps read the topic in our database, by their index."""
        craft = CraftSnippetOperator(
            task_id="craft",
            doc_md="SCA writes the card. Its commit puts the card on the page.",
            deadline=timedelta(minutes=2),
            priority_weight=5,
            **CARDS,
        )
        cover = PaintCardOperator(
            task_id="cover",
            doc_md="IGA paints the picture. Without it the card stands, and says so.",
            # The one painter is nice: on a busy machine it comes last, and others wait for it.
            deadline=timedelta(minutes=3),
            priority_weight=7,
            **CARDS,
        )
        craft >> cover

    cards = card.expand(topic=discover.output)
    collect = CollectCardsOperator(
        task_id=COLLECT,
        doc_md="Gathers what became of each topic; takes old cards out of the pool.",
        trigger_rule="all_done",
    )
    compose = ComposePageOperator(
        task_id=COMPOSE,
        doc_md="DUIA composes the page of the best cards.",
        deadline=timedelta(minutes=1),
    )
    finish = FinishRefreshOperator(
        task_id=FINISH,
        doc_md="Says how it ended, closes the workflow; fails where nothing came of it.",
        trigger_rule="all_done",
    )
    cards >> collect >> compose >> finish
