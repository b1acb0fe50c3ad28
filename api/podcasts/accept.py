"""Accepts a podcast: everything that must exist for it, in one transaction."""

import hashlib
import json
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from psycopg import AsyncConnection
from psycopg.types.json import Jsonb

from api.caller_book import Caller
from api.json_body import at, refused
from api.limits.quotas import admit_bytes, admit_podcast
from api.podcasts.request import PodcastRequest, SourceRequest
from api.podcasts.stream_link import websocket_url
from api.podcasts.topic_sources import copy_sources
from api.request_keys import Answer
from api.runs.airflow import PODCAST_DAG, run_id_of
from api.settings import FacadeSettings
from sql import Command, Statement
from streamer.capability import sign_stream

POLL_AFTER_SECONDS = 2
NO_TOPIC = "There is no such topic."


@dataclass(frozen=True)
class Topic:
    """A discovered topic."""

    topic_id: UUID
    title: str


@dataclass(frozen=True)
class Owned:
    """A source the caller may use."""

    source_id: UUID


@dataclass(frozen=True)
class Estimate:
    """Seconds of work per minute of episode; None before the first finished one."""

    seconds: float | None


@dataclass(frozen=True)
class Subject:
    """What an episode is about, in words; and the discovered topic behind it, if there is one."""

    words: str
    topic_id: UUID | None = None


FIND_TOPIC = Statement("podcasts/find_topic", Topic)
HOLD_TOPIC = Statement("podcasts/hold_topic", Topic)
ESTIMATE = Statement("podcasts/estimate_seconds", Estimate)
CREATE_WORKFLOW = Command("podcasts/create_workflow")
CREATE_STREAM = Command("podcasts/create_stream")
CREATE_PODCAST = Command("podcasts/create")
ATTACH_SOURCE = Command("podcasts/attach_source")
CREATE_SOURCE = Command("uploads/create")
OWNED = Statement("uploads/owned", Owned)


@dataclass(frozen=True)
class Acceptance:
    """A podcast on the point of being accepted, and the answer that will be given."""

    caller: Caller
    request: PodcastRequest
    subject: Subject
    request_key: str
    client_workflow_id: str | None
    context: dict[str, str]
    """The id of the request and the trace it belongs to; both go on into Airflow."""
    seconds_per_minute: float
    settings: FacadeSettings
    workflow_id: UUID = field(default_factory=uuid4)
    stream_id: UUID = field(default_factory=uuid4)
    script_id: UUID = field(default_factory=uuid4)
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))

    @property
    def expires_at(self) -> datetime:
        """When the stream and the right to hear it end."""
        return self.now + timedelta(days=self.settings.stream_link_days)

    @property
    def capability(self) -> str:
        """The signed right to hear the stream."""
        secret = self.settings.secret_key.get_secret_value()
        return sign_stream(secret, self.stream_id, self.caller.user_id, self.expires_at)

    @property
    def preferences(self) -> dict[str, Any]:
        """The preferences with every default filled in."""
        return self.request.user_preferences.model_dump(mode="json")

    def answer(self) -> Answer:
        """202 and the body of the contract."""
        minutes = self.request.user_preferences.length_minutes
        body = {
            "podcast_id": str(self.workflow_id),
            "workflow_id": str(self.workflow_id),
            "status": "GENERATING",
            "stream_id": self.capability,
            "websocket_url": websocket_url(self.settings, self.capability),
            "estimated_wait_seconds": math.ceil(self.seconds_per_minute * minutes),
        }
        headers = {
            "Location": f"/api/v1/podcasts/{self.workflow_id}",
            "Retry-After": str(POLL_AFTER_SECONDS),
        }
        if self.client_workflow_id is not None:
            headers["X-Workflow-ID"] = self.client_workflow_id
        return Answer(202, headers, json.dumps(body))

    async def commit(self, connection: AsyncConnection[Any]) -> None:
        """Write every row. The caller holds the transaction.

        Raises:
            InvalidRequest: a source or a topic that the caller does not have.
            QuotaExceeded: the caller has as much as is allowed.
        """
        await self._check_sources(connection)
        await self._hold_topic(connection)
        await admit_podcast(connection, self.caller.user_id, self.settings)
        texts = [each.text.encode() for each in self.request.sources if each.text is not None]
        if texts:
            size = sum(map(len, texts))
            await admit_bytes(connection, self.caller.user_id, size, self.settings, lock=False)
        await self._create_workflow(connection)
        await self._create_podcast(connection)
        for position, source in enumerate(self.request.sources):
            source_id = source.source_id or await self._create_source(connection, source)
            await ATTACH_SOURCE.arun(
                connection, podcast_id=self.workflow_id, source_id=source_id, position=position
            )
        if self.subject.topic_id is not None and not self.request.sources:
            await copy_sources(
                connection, self.subject.topic_id, self.workflow_id, self.caller.user_id
            )

    async def _hold_topic(self, connection: AsyncConnection[Any]) -> None:
        topic_id = self.subject.topic_id
        if topic_id is not None and not await HOLD_TOPIC.aone(
            connection, topic_id=topic_id, user_id=self.caller.user_id
        ):
            raise refused(at("topic_id", NO_TOPIC))

    async def _check_sources(self, connection: AsyncConnection[Any]) -> None:
        wanted = [each.source_id for each in self.request.sources if each.source_id]
        owned = await OWNED.aall(connection, source_ids=wanted, user_id=self.caller.user_id)
        missing = set(wanted) - {each.source_id for each in owned}
        errors = [
            at(f"sources/{position}/source_id", "You have no such source.")
            for position, each in enumerate(self.request.sources)
            if each.source_id in missing
        ]
        if errors:
            raise refused(*errors)

    async def _create_workflow(self, connection: AsyncConnection[Any]) -> None:
        await CREATE_WORKFLOW.arun(
            connection, workflow_id=self.workflow_id, user_id=self.caller.user_id,
            details=Jsonb({"topic": self.subject.words, "preferences": self.preferences}),
            dag_id=PODCAST_DAG, dag_run_id=run_id_of(PODCAST_DAG, self.workflow_id),
            client_workflow_id=self.client_workflow_id, client_idempotency_key=self.request_key,
            context=Jsonb(self.context),
        )  # fmt: skip
        await CREATE_STREAM.arun(
            connection, stream_id=self.stream_id, workflow_id=self.workflow_id,
            expires_at=self.expires_at,
        )  # fmt: skip

    async def _create_podcast(self, connection: AsyncConnection[Any]) -> None:
        await CREATE_PODCAST.arun(
            connection, podcast_id=self.workflow_id, user_id=self.caller.user_id,
            topic=self.subject.words, topic_id=self.subject.topic_id, script_id=self.script_id,
            preferences=Jsonb(self.preferences), stream_id=self.stream_id,
            websocket_url=websocket_url(self.settings, self.capability),
            tts_settings=Jsonb(self.preferences["voices"]),
        )  # fmt: skip

    async def _create_source(self, connection: AsyncConnection[Any], source: SourceRequest) -> UUID:
        source_id = uuid4()
        text = source.text
        await CREATE_SOURCE.arun(
            connection, source_id=source_id, user_id=self.caller.user_id,
            kind="url" if text is None else "text", title=source.title, url=source.url,
            media_type=None if text is None else "text/plain", content_uri=None, body=text,
            sha256=None if text is None else hashlib.sha256(text.encode()).hexdigest(),
        )  # fmt: skip
        return source_id


async def find_subject(
    connection: AsyncConnection[Any], request: PodcastRequest, user_id: UUID
) -> Subject:
    """What the episode is about: the words given, or a topic under its card's title.

    Raises:
        InvalidRequest: there is no topic of that id, or it is what somebody else explored.
    """
    if request.topic is not None:
        return Subject(request.topic)
    found = await FIND_TOPIC.aone(connection, topic_id=request.topic_id, user_id=user_id)
    if found is None:
        raise refused(at("topic_id", NO_TOPIC))
    return Subject(found.title, found.topic_id)


async def estimate(connection: AsyncConnection[Any], settings: FacadeSettings) -> float:
    """Seconds of work to expect for a minute of episode."""
    found = await ESTIMATE.aone(connection)
    measured = found.seconds if found else None
    return measured if measured is not None else settings.seconds_per_minute
