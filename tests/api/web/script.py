"""A script worth looking at."""

from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from tests.api.made import ids_of

PARTS = [
    ("The goats of Kaffa", [
        ("host_a", "A goatherd in the hills of Kaffa saw his goats dance after they had eaten red"
                   " berries, and took a handful to the monks."),
        ("host_b", "And what did the monks say?"),
        ("host_a", "They threw them into the fire. The smell that rose from it is why anybody"
                   " still tells the story."),
        ("host_b", "Is there any proof of it?"),
    ]),
    ("Across the Red Sea", [
        ("host_a", "The oldest cups that can be dated stood in the Sufi houses of Yemen, in the"
                   " middle of the fifteenth century."),
        ("host_b", "So it kept people awake for prayer."),
        ("host_a", "Within a hundred years there were coffee houses from Mecca to Istanbul, and"
                   " governors who closed them again."),
    ]),
]  # fmt: skip


def write_conversation(
    connection: "psycopg.Connection[Any]", workflow_id: UUID, source_id: UUID
) -> None:
    """Two parts, seven lines; the host's have a source."""
    user_id, script_id = ids_of(connection, workflow_id)
    connection.execute(
        """INSERT INTO generated_scripts (script_id, workflow_id, user_id, topic_hash, title,
                                          status, part_count, structured_script)
           VALUES (%s, %s, %s, 'h', 'How coffee conquered the world', 'completed', 2, %s)""",
        [script_id, workflow_id, user_id,
         Jsonb({"summary": "From a hillside in Ethiopia to every street corner: the drink that"
                           " woke the world up, and those who tried to forbid it."})],
    )  # fmt: skip
    number = 0
    for position, (heading, said) in enumerate(PARTS):
        lines = []
        for speaker, text in said:
            cited = [{"source_id": str(source_id), "start": 0, "end": 40}]
            lines.append({
                "line_id": f"0.{number}", "speaker": speaker, "text": text,
                "kind": "fact" if speaker == "host_a" else "connective",
                "citations": cited if speaker == "host_a" else [],
            })  # fmt: skip
            number += 1
        connection.execute(
            "INSERT INTO script_parts VALUES (%s, 0, %s, %s, %s)",
            [script_id, position, heading, Jsonb(lines)],
        )
