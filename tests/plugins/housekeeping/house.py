"""A house with things in it: rows and files as the rooms leave them, of any age."""

import json
import os
import time
import uuid
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from plugins.housekeeping.limits import Limits
from plugins.housekeeping.orphans import mark_orphans, remove_orphans
from plugins.housekeeping.strays import take_up_strays
from plugins.housekeeping.sweeps import ROWS
from plugins.housekeeping.tally import Report
from streamer.media.local import BASE, LocalStore

Connection = psycopg.Connection[Any]
HOUR, DAY = 3600, 86_400
TABLES = (
    "podcasts", "workflow_instances", "workflow_versions", "sources", "topics_snippets",
    "media_objects", "call_journal", "idempotency_keys", "agent_dispatches", "users",
    "housekeeping_positions", "feeds", "pages", "refresh_orders",
)  # fmt: skip
LIMITS = Limits(DAY, DAY, 30 * DAY, 30 * DAY, 30 * DAY, 900 * DAY, 30 * DAY, 14 * DAY)


@dataclass
class House:
    """Everything is made through here. Ages are in seconds; ``expires`` counts from now."""

    connection: Connection
    root: Path
    store: LocalStore
    limits: Limits = field(default_factory=lambda: replace(LIMITS, begun=time.monotonic()))

    def run(self, query: str, **values: object) -> None:
        self.connection.execute(query.encode(), values)

    def ask(self, query: str, **values: object) -> list[Any]:
        rows = self.connection.execute(query.encode(), values).fetchall()
        return [row[0] for row in rows]

    def count(self, table: str) -> int:
        return int(self.ask(f"SELECT count(*) FROM {table}")[0])

    def clear(self) -> None:
        """Nothing stands in it any more. A few rows are deleted faster than truncated."""
        self.run(";".join(f"DELETE FROM {table}" for table in TABLES))
        for uri in self.files():
            self.store.delete(uri)

    # What stands in it

    def user(self) -> UUID:
        user_id = uuid.uuid4()
        self.run("INSERT INTO users (user_id, subject) VALUES (%(u)s, %(u)s)", u=user_id)
        return user_id

    def workflow(self, ended: float | None = 10 * DAY) -> UUID:
        """A flow that ended so long ago; None where it is open."""
        workflow_id = uuid.uuid4()
        self.run(
            """INSERT INTO workflow_instances (workflow_id, trigger_event_type, dag_id, dag_run_id,
                   overall_status, end_timestamp)
               VALUES (%(w)s, 'podcast_request', 'podcast', %(w)s, %(status)s,
                       now() - make_interval(secs => %(ended)s))""",
            w=workflow_id, ended=ended, status="in_progress" if ended is None else "completed",
        )  # fmt: skip
        return workflow_id

    def refresh(self, ended: float | None = 31 * DAY, owner: UUID | None = None) -> UUID:
        """A refresh of everybody's pool, or what somebody explored, with a step."""
        workflow_id = self.workflow(ended)
        self.run(
            """UPDATE workflow_instances
               SET trigger_event_type = 'snippets_refresh', dag_id = 'snippets', user_id = %(u)s
               WHERE workflow_id = %(w)s""",
            w=workflow_id, u=owner,
        )  # fmt: skip
        self.run(
            """INSERT INTO task_instances (workflow_id, agent_name, airflow_task_id, task_order)
               VALUES (%(w)s, 'TDA', 'discover', 0)""",
            w=workflow_id,
        )
        return workflow_id

    def stream(self, workflow_id: UUID, expires: float = -10 * DAY, revisions: int = 1) -> UUID:
        """A finished stream with a header, two lines and the whole, in files."""
        stream_id = self.empty_stream(workflow_id, expires, revisions - 1)
        for revision in range(revisions):
            uris = [self.segment(stream_id, workflow_id, revision, place) for place in range(3)]
        whole = self.media(f"streams/{stream_id}/whole.webm", workflow_id)
        self.run(
            "UPDATE streams SET init_uri = %(i)s, stream_uri = %(w)s WHERE stream_id = %(s)s",
            i=uris[0], w=whole, s=stream_id,
        )  # fmt: skip
        return stream_id

    def empty_stream(self, workflow_id: UUID, expires: float = 10 * DAY, revision: int = 0) -> UUID:
        stream_id = uuid.uuid4()
        self.run(
            """INSERT INTO streams (stream_id, workflow_id, status, revision, bytes, ended_at,
                                    expires_at)
               VALUES (%(s)s, %(w)s, 'ended', %(revision)s, 30, now(),
                       now() + make_interval(secs => %(expires)s))""",
            s=stream_id, w=workflow_id, expires=expires, revision=revision,
        )  # fmt: skip
        return stream_id

    def segment(self, stream_id: UUID, workflow_id: UUID, revision: int, place: int) -> str:
        uri = self.media(f"streams/{stream_id}/{revision}/{place}.webm", workflow_id)
        self.run(
            """INSERT INTO stream_segments (stream_id, revision, position, line_id, uri, first_byte,
                   bytes, first_frame, frames, sha256, fence)
               VALUES (%(s)s, %(r)s, %(p)s, %(line)s, %(uri)s, %(p)s * 10, 10, %(p)s * 5, 5, '', 1)
            """,
            s=stream_id, r=revision, p=place, line=f"0.{place}" if place else None, uri=uri,
        )  # fmt: skip
        return uri

    def podcast(self, workflow_id: UUID, stream_id: UUID, **uris: str) -> None:
        names = ["podcast_id", "topic", "script_id", "stream_id", *uris]
        values = ", ".join(f"%({name})s" for name in names)
        self.run(
            f"INSERT INTO podcasts ({', '.join(names)}) VALUES ({values})",
            podcast_id=workflow_id, topic="Tea", script_id=uuid.uuid4(), stream_id=stream_id,
            **uris,
        )  # fmt: skip

    def media(
        self,
        key: str | None = None,
        workflow_id: UUID | None = None,
        *,
        age: float = 10 * DAY,
        marked: float | None = None,
        stored: bool = True,
    ) -> str:
        """An object with its row; ``marked`` is since when nothing refers to it."""
        key = key or f"things/{uuid.uuid4()}"
        uri = self.file(key, age) if stored else BASE + key
        self.run(
            """INSERT INTO media_objects (uri, workflow_id, media_type, bytes, created_at,
                   stored_at, unreferenced_since)
               VALUES (%(uri)s, %(w)s, 'audio/webm', 10,
                       now() - make_interval(secs => %(age)s),
                       CASE WHEN %(stored)s THEN now() END,
                       now() - make_interval(secs => %(marked)s))""",
            uri=uri, w=workflow_id, age=age, stored=stored, marked=marked,
        )  # fmt: skip
        return uri

    def file(self, key: str | None = None, age: float = 10 * DAY) -> str:
        """A file without a row."""
        key = key or f"speech/{uuid.uuid4()}.wav"
        path = self.root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"0123456789")
        written = time.time() - age
        os.utime(path, (written, written))
        return BASE + key

    def journal(self, result: object, expires: float = DAY) -> str:
        call_key = uuid.uuid4().hex
        self.run(
            """INSERT INTO call_journal (call_key, kind, result, expires_at)
               VALUES (%(k)s, 'speech', %(result)s, now() + make_interval(secs => %(expires)s))""",
            k=call_key, result=json.dumps(result), expires=expires,
        )  # fmt: skip
        return call_key

    def key(
        self,
        expires: float = DAY,
        result: object = None,
        lease: float | None = None,
        dispatched: float | str | None = None,
    ) -> str:
        """An agent's key; ``dispatched``: seconds since its task ended, ``open``, or no task."""
        key = uuid.uuid4().hex
        self.run(
            """INSERT INTO idempotency_keys (idempotency_key, task_name, workflow_id, status,
                   request_fingerprint, owner, result_payload, lease_expires_at, expires_at)
               VALUES (%(k)s, 'vfa.forge_voice', gen_random_uuid(), %(status)s, '', 'me',
                       %(result)s, now() + make_interval(secs => %(lease)s),
                       now() + make_interval(secs => %(expires)s))""",
            k=key, status="completed" if lease is None else "processing", lease=lease,
            result=None if result is None else json.dumps(result), expires=expires,
        )  # fmt: skip
        if dispatched is not None:
            self.dispatch(key, None if dispatched == "open" else float(dispatched))
        return key

    def dispatch(self, key: str, finished: float | None) -> UUID:
        task_id = uuid.uuid4()
        self.run(
            """INSERT INTO agent_dispatches (task_id, idempotency_key, task_name, workflow_id,
                   queue, kwargs, status, finished_at)
               VALUES (%(t)s, %(k)s, 'vfa.forge_voice', gen_random_uuid(), 'vfa', '{}', %(status)s,
                       now() - make_interval(secs => %(finished)s))""",
            t=task_id, k=key, finished=finished,
            status="STARTED" if finished is None else "SUCCESS",
        )  # fmt: skip
        return task_id

    def request_key(self, user_id: UUID, expires: float) -> None:
        self.run(
            """INSERT INTO request_keys (user_id, request_key, route, fingerprint, status_code,
                                         body, expires_at)
               VALUES (%(u)s, gen_random_uuid()::text, 'POST /', '', 202, '{}',
                       now() + make_interval(secs => %(expires)s))""",
            u=user_id, expires=expires,
        )  # fmt: skip

    def session(self, user_id: UUID, expires: float) -> None:
        self.run(
            """INSERT INTO user_sessions (user_id, token_hash, expires_at)
               VALUES (%(u)s, sha256(gen_random_uuid()::text::bytea),
                       now() + make_interval(secs => %(expires)s))""",
            u=user_id, expires=expires,
        )  # fmt: skip

    def login_code(self, user_id: UUID, expires: float) -> None:
        self.run(
            """INSERT INTO login_codes (code_hash, user_id, expires_at)
               VALUES (sha256(gen_random_uuid()::text::bytea), %(u)s,
                       now() + make_interval(secs => %(expires)s))""",
            u=user_id, expires=expires,
        )  # fmt: skip

    def card(
        self,
        retired: float | None = None,
        image: str | None = None,
        owner: UUID | None = None,
        age: float = 0,
    ) -> UUID:
        """A topic with its card, which left the pool so long ago; its topic's id."""
        topic_id = uuid.uuid4()
        self.run(
            """INSERT INTO topics_snippets (id, type, user_id, title, state, last_seen_at)
               VALUES (%(t)s, 'topic', %(u)s, 'Tea', 'ready', now() - interval '900 days')""",
            t=topic_id, u=owner,
        )  # fmt: skip
        self.run(
            """INSERT INTO topics_snippets (id, type, user_id, topic_id, title, image_url, state,
                                            retired_at, generation_timestamp)
               VALUES (gen_random_uuid(), 'snippet', %(u)s, %(t)s, 'Tea', %(image)s, %(state)s,
                       now() - make_interval(secs => %(retired)s),
                       now() - make_interval(secs => %(age)s))""",
            t=topic_id, u=owner, image=image, retired=retired, age=age,
            state="ready" if retired is None else "retired",
        )  # fmt: skip
        return topic_id

    def page(self, message: object = None, age: float = 0) -> None:
        """A composed page."""
        self.run(
            """INSERT INTO pages (page_id, kind, catalog, pool_version, snippet_ids, messages,
                                  sha256, created_at)
               VALUES (gen_random_uuid(), 'landing', 'c', 1, '{}', %(m)s, '',
                       now() - make_interval(secs => %(age)s))""",
            m=json.dumps([message]), age=age,
        )  # fmt: skip

    def upload(self, age: float, *, read: bool = False, kind: str = "upload") -> UUID:
        source_id = uuid.uuid4()
        uri = self.media(f"sources/{source_id}") if kind == "upload" else None
        self.run(
            """INSERT INTO sources (source_id, kind, content_uri, created_at, harvested_at)
               VALUES (%(s)s, %(kind)s, %(uri)s, now() - make_interval(secs => %(age)s),
                       CASE WHEN %(read)s THEN now() END)""",
            s=source_id, kind=kind, uri=uri, age=age, read=read,
        )  # fmt: skip
        return source_id

    def attach(self, source_id: UUID, workflow_id: UUID) -> None:
        self.run(
            """INSERT INTO podcast_sources (podcast_id, source_id, position)
               VALUES (%(p)s, %(s)s, 0)""",
            p=workflow_id, s=source_id,
        )  # fmt: skip

    # What is done in it

    def sweep(self, name: str, **limits: Any) -> Report:
        """One step, with the house's own store."""
        chosen = replace(self.limits, begun=time.monotonic(), **limits)
        if name == "take_up_strays":
            return take_up_strays(self.connection, self.store, chosen)
        if name == "remove_orphans":
            return remove_orphans(self.connection, self.store, chosen)
        if name == "mark_orphans":
            return mark_orphans(self.connection, chosen)
        return ROWS[name](self.connection, chosen)

    def sweep_all(self, **limits: Any) -> dict[str, int]:
        """A whole run: how much of each thing was removed or marked."""
        steps = [*ROWS, "mark_orphans", "take_up_strays", "remove_orphans"]
        reports = [self.sweep(name, **limits) for name in steps]
        return {
            f"{tally.done} {tally.thing}": tally.count
            for report in reports for tally in report.tallies if tally.count
        }  # fmt: skip

    def pass_time(self, seconds: float = 25 * HOUR) -> None:
        """What was marked was marked so much earlier."""
        self.run(
            """UPDATE media_objects SET unreferenced_since =
                   unreferenced_since - make_interval(secs => %(seconds)s)""",
            seconds=seconds,
        )  # fmt: skip

    def rest(self, seconds: float) -> None:
        """All that happened to the flows happened so much earlier."""
        self.run(
            """UPDATE workflow_versions SET changed_at =
                   changed_at - make_interval(secs => %(seconds)s)""",
            seconds=seconds,
        )  # fmt: skip

    def rows(self) -> set[str]:
        """The media objects that have a row."""
        return set(self.ask("SELECT uri FROM media_objects"))

    def files(self) -> set[str]:
        """The media objects that have bytes."""
        return {each.uri for each in self.store.objects()}
