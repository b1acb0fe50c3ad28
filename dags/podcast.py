"""The podcast flow: a topic and its sources become an episode."""

from datetime import timedelta

from airflow.sdk import DAG, Param

from plugins.flow.forge_voice import ForgeVoiceOperator
from plugins.flow.generate_cover import GenerateCoverOperator
from plugins.flow.harvest import HarvestOperator
from plugins.flow.publish import PublishOperator
from plugins.flow.weave_script import WeaveScriptOperator

DOC = """
### A podcast from a topic

`harvest` reads the sources (or finds some), then three agents work side by side: the script is
written, spoken part by part as it appears, and a cover is drawn. `publish` tells the stream
feeder, fills in the podcast and closes its workflow.

The facade triggers it with run id `podcast__<workflow_id>`. Started here, by hand, it needs a
topic and makes an episode that its owner sees in the API: *owner* if given, else whoever pressed
the button.

*Retries* join the work of the attempt before; *Clear* asks for new work (finished model calls
are still not repeated). Clearing `weave_script` has the voices speak the new script: `forge_voice`
is cleared with it. *Mark failed* stops the agent; marking the run failed stops all. The note on a
run says what it made and what that cost.
"""

LINE = r"^(?=.*\S)[^\u0000-\u001f\u007f-\u009f\u2028\u2029]+$"
"""A line of text: not blank, no control characters."""
FACADE = "Set by the facade"


def set_by_facade(title: str) -> Param:
    """A parameter that people leave empty."""
    return Param(None, type=["null", "string"], maxLength=255, title=title, section=FACADE)


with DAG(
    dag_id="podcast",
    description="Harvest, write, speak and draw an episode, then publish it.",
    doc_md=DOC,
    schedule=None,
    catchup=False,
    max_active_runs=64,
    dagrun_timeout=timedelta(hours=2),
    tags=["aethercast", "podcast"],
    default_args={
        "owner": "aethercast",
        "retries": 3,
        "retry_delay": timedelta(seconds=5),
        "max_retry_delay": timedelta(minutes=1),
        "retry_exponential_backoff": 2.0,
    },
    params={
        "topic": Param(
            type="string",
            minLength=1,
            maxLength=500,
            pattern=LINE,
            title="Topic",
            description="What the episode is about, in one line.",
        ),
        "preferences": Param(
            default={},
            type="object",
            title="Preferences",
            properties={
                "format": {"enum": ["deep_dive", "brief"]},
                "length_minutes": {"type": "integer", "minimum": 1, "maximum": 30},
                "persona": {"type": ["string", "null"]},
                "language": {"enum": ["en"]},
                "voices": {"type": "object"},
                "cover": {"type": "boolean"},
            },
            additionalProperties=False,
        ),
        "owner": Param(
            default=None,
            type=["null", "string"],
            minLength=1,
            maxLength=255,
            title="Owner",
            description="Whose episode it is: the subject of their token. Empty: yours.",
        ),
        "workflow_id": Param(
            None, type=["null", "string"], format="uuid", title="Workflow", section=FACADE
        ),
        "client_workflow_id": set_by_facade("The caller's own id"),
        "client_idempotency_key": set_by_facade("The caller's idempotency key"),
        "request_id": set_by_facade("The facade's request"),
        "traceparent": set_by_facade("Trace (W3C)"),
    },
) as dag:
    harvest = HarvestOperator(
        task_id="harvest",
        doc_md="Reads the sources into the database, or searches the library by topic.",
        execution_timeout=timedelta(minutes=5),
        pool="writers",
        priority_weight=10,
    )
    script = WeaveScriptOperator(
        task_id="weave_script",
        doc_md="The writer (PSWA). Parts appear in `script_parts` as they are written.",
        deadline=timedelta(minutes=20),
        pool="writers",
        priority_weight=10,
    )
    voice = ForgeVoiceOperator(
        task_id="forge_voice",
        doc_md="The voices (VFA). They follow the writer and fill the live stream.",
        deadline=timedelta(minutes=60),
        wait_seconds=1,
        pool="voices",
        priority_weight=5,
    )
    cover = GenerateCoverOperator(
        task_id="generate_cover",
        doc_md="The cover (IGA). Without it the episode is complete, with a word about it.",
        deadline=timedelta(minutes=10),
    )
    publish = PublishOperator(
        task_id="publish",
        doc_md="Tells the stream feeder, fills in the podcast, closes the workflow.",
        trigger_rule="all_done",
        priority_weight=20,
    )
    harvest >> [script, voice, cover] >> publish
