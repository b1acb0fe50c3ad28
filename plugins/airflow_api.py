"""Airflow's own REST API, as much of it as a flow asks of it."""

from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from plugins.settings import FlowSettings


class AirflowApi:
    """A short-lived client, logged in as the user of the settings.

    Every call raises httpx.HTTPError where Airflow does not answer, or says no.
    """

    def __init__(self, settings: FlowSettings) -> None:
        self._settings = settings
        base = settings.airflow_url.rstrip("/")
        self._http = httpx.Client(
            base_url=base, verify=httpx.URL(base).scheme != "http", trust_env=False, timeout=5
        )

    def __enter__(self) -> Self:
        login = {
            "username": self._settings.airflow_user,
            "password": self._settings.airflow_password.get_secret_value(),
        }
        try:
            token = self._http.post("/auth/token", json=login).raise_for_status().json()
        except httpx.HTTPError:
            self._http.close()
            raise
        self._http.headers["Authorization"] = f"Bearer {token['access_token']}"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def write_note(self, dag_id: str, run_id: str, note: str) -> None:
        """Put a note on a run, in place of the one it had."""
        path = f"/api/v2/dags/{quote(dag_id)}/dagRuns/{quote(run_id, safe='')}"
        self._http.patch(path, json={"note": note}).raise_for_status()

    def clear(self, dag_id: str, run_id: str, task_id: str) -> None:
        """Clear a task of a run and all that follows it, as a person does in the UI."""
        body: dict[str, Any] = {
            "dag_run_id": run_id,
            "task_ids": [task_id],
            "include_downstream": True,
            "only_failed": False,
            "dry_run": False,
        }
        path = f"/api/v2/dags/{quote(dag_id)}/clearTaskInstances"
        self._http.post(path, json=body).raise_for_status()
