"""One check for each part of the chain. A check returns nothing, or raises NotReady."""

from dataclasses import dataclass
from typing import Any

import httpx
from redis.asyncio import Redis
from redis.exceptions import RedisError

from api.errors import FacadeError
from api.parts import Parts
from api.runs.airflow import PODCAST_DAG, SNIPPETS_DAG
from api.runs.errors import AirflowError
from sql import Statement


@dataclass(frozen=True)
class Table:
    """A table that is needed."""

    name: str


MISSING_TABLES = Statement("health/missing_tables", Table)


class NotReady(FacadeError):
    """A part of the chain is not ready; the message says what is missing."""

    retryable = True


async def check_database(parts: Parts) -> None:
    """PostgreSQL answers and has our tables."""
    async with parts.pool.connection(timeout=2) as connection:
        found = await MISSING_TABLES.aall(connection)
    if found:
        raise NotReady("tables not there yet: " + ", ".join(each.name for each in found))


async def check_broker(parts: Parts) -> None:
    """Redis answers."""
    client: Redis = Redis.from_url(parts.settings.broker_url, socket_timeout=2)
    try:
        await client.ping()
    except (RedisError, OSError) as problem:
        raise NotReady(f"Redis does not answer: {problem}") from None
    finally:
        await client.aclose()


async def check_agents(parts: Parts) -> None:
    """The status service is ready: a worker listens on every queue."""
    await _ask_ready(parts, parts.settings.agents_url)


async def check_aims(parts: Parts) -> None:
    """The model service is ready: its voices are warm."""
    await _ask_ready(parts, parts.settings.aims_url)


async def check_asf(parts: Parts) -> None:
    """The audio stream feeder is ready."""
    await _ask_ready(parts, parts.settings.asf_url)


async def check_airflow(parts: Parts) -> None:
    """The API server, the scheduler, the DAG processor and the triggerer are alive."""
    try:
        report = await parts.airflow.health()
    except AirflowError as problem:
        raise NotReady(str(problem)) from None
    names = ("metadatabase", "scheduler", "dag_processor", "triggerer")
    missing = [name for name in names if _status(report, name) != "healthy"]
    if missing:
        raise NotReady("not healthy: " + ", ".join(missing))


async def check_execution(parts: Parts) -> None:
    """The execution API is built, so that the first task need not wait for it."""
    try:
        await parts.airflow.warm_execution()
    except AirflowError as problem:
        raise NotReady(str(problem)) from None


async def check_podcast_dag(parts: Parts) -> None:
    """The DAG of podcasts would run; asking also tries the log-in."""
    await _check_dag(parts, PODCAST_DAG)


async def check_snippets_dag(parts: Parts) -> None:
    """The DAG of cards would run."""
    await _check_dag(parts, SNIPPETS_DAG)


async def _check_dag(parts: Parts, dag_id: str) -> None:
    """It is parsed, without errors, and not paused."""
    try:
        dag = await parts.airflow.dag(dag_id)
    except AirflowError as problem:
        raise NotReady(str(problem)) from None
    if dag is None:
        raise NotReady(f"the DAG `{dag_id}` is not parsed yet")
    for trouble in ("is_paused", "is_stale", "has_import_errors"):
        if dag.get(trouble) is True:
            raise NotReady(f"the DAG `{dag_id}` {trouble.replace('_', ' ')}")


async def _ask_ready(parts: Parts, base: str) -> None:
    token = parts.settings.service_token.get_secret_value()
    headers = {"Authorization": f"Bearer {token}"}
    try:
        answer = await parts.http.get(f"{base}/readyz", headers=headers)
    except httpx.HTTPError as problem:
        raise NotReady(f"{base} cannot be reached: {type(problem).__name__}") from None
    if answer.status_code != httpx.codes.OK:
        raise NotReady(f"answers {answer.status_code}: {' '.join(answer.text.split())[:300]}")


def _status(report: dict[str, Any], name: str) -> object:
    part = report.get(name)
    return part.get("status") if isinstance(part, dict) else None
