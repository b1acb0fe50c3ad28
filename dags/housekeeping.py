"""The housekeeping: what is over is taken away, what is live is left alone."""

from datetime import timedelta

from airflow.sdk import DAG, Param, chain

from plugins.housekeeping.operator import ReportOperator, SweepOperator
from plugins.housekeeping.sweeps import MEDIA, ROWS

DOC = """
### What is over is taken away

Once an hour: answers kept for repeated requests, agents' keys and tasks, the journal of model
calls, sessions, the bytes of streams that expired, files that were handed in and never used, and
media that nothing refers to. The note on each run says what it did.

*Trigger* with `dry_run` to be told what would go. Every step may be retried or cleared at any
time: it never touches what is live, and finds by itself what an earlier attempt left.
How long things are kept: `docs/HOUSEKEEPING.md`.
"""

TELLS = {
    "request_keys": "The facade's first answers, past their 24 hours.",
    "agent_keys": "Agents' keys and results whose time is over, and the tasks done under them.",
    "journal": "Finished model calls that are no longer answered from the journal.",
    "sessions": "Browsers' sessions that ended, and login links that nobody followed.",
    "streams": "The bytes of expired streams. The record and the episode stay.",
    "events": "What happened to podcasts that ended, event by event. Their state stays.",
    "uploads": "Files and texts that were handed in and never used.",
    "cards": "Cards that left the pool long ago, unless an episode was made of them.",
    "feeds": "News that no feed has any more, and feeds that nobody asks any more.",
    "pages": "All composed pages but the newest; who ordered which refresh.",
    "mark_orphans": "Looks for media objects that nothing refers to. The clock starts here.",
    "take_up_strays": "Looks for files in the media store without a row, and half-written ones.",
    "remove_orphans": "Removes the media objects that nothing has referred to for long.",
}


def setting(name: str, title: str, unit: str, least: int) -> Param:
    """How long something is kept; empty means the setting."""
    return Param(
        default=None,
        type=["null", "number"],
        minimum=least,
        title=title,
        description=f"In {unit}. Empty: AETHERCAST_KEEP_{name.upper()}.",
    )


with DAG(
    dag_id="housekeeping",
    description="Takes away what is over: keys, journal, streams, uploads, orphaned media.",
    doc_md=DOC,
    schedule="17 * * * *",
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(minutes=50),
    tags=["aethercast", "housekeeping"],
    default_args={
        "owner": "aethercast",
        "retries": 2,
        "retry_delay": timedelta(minutes=1),
        "execution_timeout": timedelta(minutes=10),
        "pool": "housekeeping",
        # Below every task of a podcast, wherever in its flow.
        "priority_weight": 1,
        "weight_rule": "absolute",
    },
    params={
        "dry_run": Param(
            default=False,
            type="boolean",
            title="Dry run",
            description="Look and count, and change nothing.",
        ),
        "keep_media_hours": setting(
            "media_hours", "Media that nothing refers to", "hours after the last reference", 1
        ),
        "keep_streams_hours": setting(
            "streams_hours", "Bytes of expired streams", "hours after they expired", 1
        ),
        "keep_uploads_days": setting(
            "uploads_days", "Uploads never used", "days after they were handed in", 2
        ),
        "keep_dispatches_days": setting(
            "dispatches_days", "Finished agent tasks", "days after their end", 1
        ),
        "keep_sessions_days": setting(
            "sessions_days", "Sessions that ended", "days after their end", 0
        ),
        "keep_events_days": setting(
            "events_days", "Events of finished podcasts", "days after the last of them", 1
        ),
        "keep_cards_days": setting(
            "cards_days", "Cards that left the pool", "days after they left", 1
        ),
        "keep_explored_days": setting(
            "explored_days", "What somebody explored", "days on that one's page", 1
        ),
        "keep_news_days": setting(
            "news_days", "News that feeds no longer have", "days after a feed last had it", 6
        ),
        "trust_database": Param(
            default=False,
            type="boolean",
            title="Trust the database",
            description="Take files without a row away even where they are most of the store.",
        ),
        "batch": Param(
            default=500, type="integer", minimum=1, maximum=10_000, title="Rows at a time"
        ),
        "step_seconds": Param(
            default=60,
            type="number",
            minimum=1,
            maximum=540,
            title="Seconds for each step",
            description="What is left then is for the next run.",
        ),
    },
) as dag:
    rows = [SweepOperator(task_id=name, sweep=name, doc_md=TELLS[name]) for name in ROWS]
    media = [
        SweepOperator(task_id=name, sweep=name, doc_md=TELLS[name], trigger_rule="all_done")
        for name in MEDIA
    ]
    report = ReportOperator(
        task_id="report",
        sweeps=[*ROWS, *MEDIA],
        doc_md="Writes the note on the run; fails where a step failed.",
        trigger_rule="all_done",
    )
    chain(rows, *media, report)
