"""Puts together what there is to say of one podcast."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from api.media.links import media_url
from api.parts import Parts
from api.podcasts.document import (
    AgentState,
    Links,
    Media,
    MediaSet,
    PodcastStatus,
    Progress,
    Source,
    Stream,
)
from api.podcasts.stream_link import websocket_url
from api.podcasts.transcript import read_script
from sql import Statement
from streamer.capability import sign_stream
from streamer.episode_link import episode_url


@dataclass(frozen=True)
class Podcast:
    """The podcast with its workflow, its stream and its script's head."""

    podcast_id: UUID
    user_id: UUID | None
    topic: str
    title: str | None
    status: Any
    error: str | None
    preferences: dict[str, Any]
    audio_uri: str | None
    episode_uri: str | None
    cover_uri: str | None
    duration_seconds: float | None
    quality: dict[str, Any] | None
    created_at: datetime
    ended_at: datetime | None
    dag_id: str
    dag_run_id: str
    triggered: bool
    client_workflow_id: str | None
    stream_id: UUID
    stream_status: str
    stream_expires_at: datetime
    script_status: str | None
    part_count: int | None
    estimated_seconds: float | None
    summary: str | None


@dataclass(frozen=True)
class Step:
    """A step of the flow and its agent's progress."""

    agent: str
    task: str
    map_index: int
    status: str
    retries: int
    started_at: datetime | None
    ended_at: datetime | None
    error: dict[str, Any] | None
    progress: dict[str, Any] | None


@dataclass(frozen=True)
class MediaObject:
    """What is stored under a URI."""

    uri: str
    media_type: str
    bytes: int | None


PODCAST = Statement("podcast_status/podcast", Podcast)
AGENTS = Statement("podcast_status/agents", Step)
SOURCES = Statement("podcast_status/sources", Source)
MEDIA = Statement("podcast_status/media", MediaObject)


async def read_status(
    connection: AsyncConnection[Any], parts: Parts, workflow_id: UUID, user_id: UUID | None
) -> PodcastStatus | None:
    """Everything there is to say; None where that user has no such podcast (None: anybody's)."""
    podcast = await PODCAST.aone(connection, workflow_id=workflow_id, user_id=user_id)
    if podcast is None:
        return None
    sources = await SOURCES.aall(connection, workflow_id=workflow_id)
    return PodcastStatus(
        podcast_id=workflow_id,
        workflow_id=workflow_id,
        status=podcast.status,
        topic=podcast.topic,
        title=podcast.title,
        error=podcast.error,
        preferences=podcast.preferences,
        agents=await read_agents(connection, workflow_id),
        duration_seconds=podcast.duration_seconds,
        quality=podcast.quality,
        media=await _media(connection, parts, podcast),
        stream=_stream(parts, podcast),
        script=await read_script(connection, podcast, sources),
        sources=sources,
        created_at=podcast.created_at,
        ended_at=podcast.ended_at,
        client_workflow_id=podcast.client_workflow_id,
        links=_links(parts, podcast),
    )


async def read_agents(connection: AsyncConnection[Any], workflow_id: UUID) -> list[AgentState]:
    """Each step of a flow in its latest generation, in order."""
    return [
        AgentState(
            agent=step.agent, task=step.task,
            map_index=None if step.map_index < 0 else step.map_index,
            status=step.status, retries=step.retries, started_at=step.started_at,
            ended_at=step.ended_at, progress=_progress(step.progress),
            error=_message(step.error) if step.status in ("failed", "cancelled") else None,
        )
        for step in await AGENTS.aall(connection, workflow_id=workflow_id)
    ]  # fmt: skip


def _progress(said: dict[str, Any] | None) -> Progress | None:
    return None if not said or "done" not in said else Progress.model_validate(said)


def _message(error: dict[str, Any] | None) -> str | None:
    said = (error or {}).get("message")
    return None if said is None else str(said)


async def _media(connection: AsyncConnection[Any], parts: Parts, podcast: Podcast) -> MediaSet:
    withheld = (podcast.quality or {}).get("passed") is False
    uris = {
        "audio": None if withheld else podcast.audio_uri,
        "episode": podcast.episode_uri,
        "cover": podcast.cover_uri,
    }
    wanted = [uri for uri in uris.values() if uri]
    if not wanted:
        return MediaSet()
    stored = {each.uri: each for each in await MEDIA.aall(connection, uris=wanted)}
    title = podcast.title or podcast.topic
    return MediaSet.model_validate(
        {name: _link(parts, stored[uri], title) for name, uri in uris.items() if uri in stored}
    )


def _link(parts: Parts, stored: MediaObject, title: str) -> Media:
    url = media_url(parts.settings, stored.uri, title, stored.media_type)
    return Media(url=url, media_type=stored.media_type, bytes=stored.bytes)


def _stream(parts: Parts, podcast: Podcast) -> Stream:
    secret = parts.settings.secret_key.get_secret_value()
    capability = sign_stream(secret, podcast.stream_id, podcast.user_id, podcast.stream_expires_at)
    return Stream(
        stream_id=capability,
        websocket_url=websocket_url(parts.settings, capability),
        status=podcast.stream_status,
    )


def _episode_link(parts: Parts, workflow_id: UUID) -> str:
    """The same all day long, so that an unchanged podcast has an unchanged status."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    secret = parts.settings.secret_key.get_secret_value()
    return episode_url(secret, parts.settings.public_url, workflow_id, today)


def _links(parts: Parts, podcast: Podcast) -> Links:
    return Links(
        self=f"/api/v1/podcasts/{podcast.podcast_id}",
        workflow=f"/api/v1/workflows/{podcast.podcast_id}",
        episode=_episode_link(parts, podcast.podcast_id),
        airflow_run=parts.airflow.page_of(podcast.dag_id, podcast.dag_run_id),
    )
