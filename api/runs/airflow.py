"""A client of Airflow 3's REST API (/api/v2), as much of it as the facade uses."""

import asyncio
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from api.runs.errors import AirflowRefused, AirflowUnavailable
from api.settings import FacadeSettings

PODCAST_DAG, SNIPPETS_DAG = "podcast", "snippets"
"""The flows that the facade starts."""
_RETRYABLE = (401, 403, 404, 408, 425, 429)
"""Refusals that pass: a token rotates, a DAG is parsed, a limit is lifted."""
_PAGE = 100
"""Tasks in one of Airflow's answers, at most; a flow over many topics has more."""
_OVER = frozenset({"success", "failed", "skipped", "upstream_failed", "removed"})
"""States of a task for which nothing more will be done."""


def run_id_of(dag_id: str, workflow_id: UUID) -> str:
    """The run of a workflow; derived, so that triggering twice makes one run."""
    return f"{dag_id}__{workflow_id}"


class Airflow:
    """Airflow as the facade sees it. Safe to share between tasks."""

    def __init__(self, http: httpx.AsyncClient, settings: FacadeSettings) -> None:
        self._http = http
        self._settings = settings
        self._token: str | None = None
        self._login = asyncio.Lock()

    def page_of(self, dag_id: str, run_id: str) -> str:
        """Where a person sees the run."""
        return f"{self._settings.airflow_page}/dags/{quote(dag_id)}/runs/{quote(run_id, safe='')}"

    async def trigger(self, dag_id: str, run_id: str, conf: dict[str, Any]) -> bool:
        """Start the run; False where it already exists.

        Raises:
            AirflowUnavailable: try again. AirflowRefused: this will never be run.
        """
        body = {"dag_run_id": run_id, "logical_date": None, "conf": conf}
        answer = await self._ask("POST", f"/api/v2/dags/{quote(dag_id)}/dagRuns", body)
        if answer.status_code == httpx.codes.CONFLICT:
            return False
        if _object(answer).get("dag_run_id") != run_id:
            raise AirflowUnavailable("Airflow's answer does not name the run.")
        return True

    async def run_state(self, dag_id: str, run_id: str) -> str | None:
        """queued, running, success or failed; None where there is no such run.

        Raises:
            AirflowUnavailable, AirflowRefused.
        """
        path = f"/api/v2/dags/{quote(dag_id)}/dagRuns/{quote(run_id, safe='')}"
        answer = await self._ask("GET", path, absent=True)
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        state = _object(answer).get("state")
        if state not in ("queued", "running", "success", "failed"):
            raise AirflowUnavailable(f"Airflow knows a state we do not: {state!r}.")
        return str(state)

    async def open_tasks(self, dag_id: str, run_id: str) -> list[str]:
        """The run's tasks that are not over; none where there is no such run.

        Raises:
            AirflowUnavailable, AirflowRefused.
        """
        path = f"/api/v2/dags/{quote(dag_id)}/dagRuns/{quote(run_id, safe='')}/taskInstances"
        found: list[dict[str, Any]] = []
        while True:
            page = f"{path}?limit={_PAGE}&offset={len(found)}"
            answer = await self._ask("GET", page, absent=True)
            if answer.status_code == httpx.codes.NOT_FOUND:
                return []
            tasks = _object(answer).get("task_instances")
            if not isinstance(tasks, list):
                raise AirflowUnavailable("Airflow's answer does not name the run's tasks.")
            found += tasks
            if len(tasks) < _PAGE:
                return [str(task["task_id"]) for task in found if task["state"] not in _OVER]

    async def end_run(self, dag_id: str, run_id: str) -> None:
        """Mark the run failed, which stops its tasks; nothing happens where there is none.

        Raises:
            AirflowUnavailable, AirflowRefused.
        """
        path = f"/api/v2/dags/{quote(dag_id)}/dagRuns/{quote(run_id, safe='')}"
        await self._ask("PATCH", path, {"state": "failed"}, absent=True)

    async def dag(self, dag_id: str) -> dict[str, Any] | None:
        """The DAG's details, as is_paused and has_import_errors; None where it is not known.

        Raises:
            AirflowUnavailable, AirflowRefused.
        """
        answer = await self._ask("GET", f"/api/v2/dags/{quote(dag_id)}", absent=True)
        return None if answer.status_code == httpx.codes.NOT_FOUND else _object(answer)

    async def health(self) -> dict[str, Any]:
        """What Airflow's processes last said of themselves (/api/v2/monitor/health).

        Raises:
            AirflowUnavailable.
        """
        return _object(await self._send("GET", "/api/v2/monitor/health", None, None))

    async def warm_execution(self) -> None:
        """Have the API server build its execution API, which it does at the first request only.

        Raises:
            AirflowUnavailable.
        """
        answer = await self._send("GET", "/execution/health", None, None)
        if answer.status_code != httpx.codes.OK:
            raise AirflowUnavailable(f"Its execution API answers {answer.status_code}.")

    async def _ask(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, absent: bool = False
    ) -> httpx.Response:
        """Send with a token; once more with a new one where the old one no longer holds."""
        token = await self._get_token(None)
        answer = await self._send(method, path, body, token)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            answer = await self._send(method, path, body, await self._get_token(token))
        if absent and answer.status_code == httpx.codes.NOT_FOUND and _is_json(answer):
            return answer
        return _judged(answer)

    async def _get_token(self, stale: str | None) -> str:
        """The token in use, or a new one where that is the stale one. One log-in at a time."""
        async with self._login:
            if self._token is None or self._token == stale:
                self._token = await self._log_in()
            return self._token

    async def _log_in(self) -> str:
        password = self._settings.airflow_password.get_secret_value()
        body = {"username": self._settings.airflow_user, "password": password}
        answer = await self._send("POST", "/auth/token", body, None)
        if answer.status_code != httpx.codes.CREATED:
            raise AirflowUnavailable(f"Airflow's log-in answers {answer.status_code}.")
        token = _object(answer).get("access_token")
        if not isinstance(token, str) or not token:
            raise AirflowUnavailable("Airflow's log-in gives no token.")
        return token

    async def _send(
        self, method: str, path: str, body: dict[str, Any] | None, token: str | None
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = self._settings.airflow_url + path
        try:
            async with asyncio.timeout(self._settings.airflow_seconds):
                return await self._http.request(method, url, json=body, headers=headers)
        except TimeoutError:
            raise AirflowUnavailable("Airflow does not answer in time.") from None
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            raise AirflowUnavailable(f"Airflow cannot be reached: {problem}") from problem


def _judged(answer: httpx.Response) -> httpx.Response:
    """The answer, if it is a success or a conflict."""
    code = answer.status_code
    if code < 300 or code == httpx.codes.CONFLICT:
        return answer
    if code < 400 or code >= 500 or code in _RETRYABLE:
        raise AirflowUnavailable(f"Airflow answers {code}.")
    raise AirflowRefused(f"Airflow answers {code}: {answer.text[:300]}")


def _is_json(answer: httpx.Response) -> bool:
    kind: str = answer.headers.get("content-type", "")
    return kind.startswith("application/json")


def _object(answer: httpx.Response) -> dict[str, Any]:
    """The answer's JSON object; a proxy's page or half an answer is none."""
    try:
        read = answer.json()
    except ValueError:
        raise AirflowUnavailable("Airflow's answer is not JSON.") from None
    if not isinstance(read, dict):
        raise AirflowUnavailable("Airflow's answer is no JSON object.")
    return read
