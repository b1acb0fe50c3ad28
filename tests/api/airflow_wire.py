"""Airflow's REST API as it looks on the wire, with the ways in which it can be broken.

The real Airflow is driven by the acceptance test; here it would take half a minute a test.
Shapes and codes are those of Airflow 3.3.2.
"""

import asyncio
import itertools
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

USER, PASSWORD = "aethercast", "the-airflow-password"


class AirflowWire:
    """One Airflow. `fault` is None, `slow`, `error`, `garbage`, `half`, `liar`, `refuses`,
    `proxy` or `unparsed`."""

    def __init__(self) -> None:
        self.runs: dict[str, dict[str, Any]] = {}
        self.tasks: dict[str, dict[str, str | None]] = {}
        """States by task, by run."""
        self.posts: list[dict[str, Any]] = []
        self.tokens: set[str] = set()
        self.log_ins = 0
        self.fault: str | None = None
        self.health = dict.fromkeys(
            ("metadatabase", "scheduler", "triggerer", "dag_processor"), "healthy"
        )
        self.dag: dict[str, Any] | None = {
            "dag_id": "podcast", "is_paused": False, "is_stale": False, "has_import_errors": False
        }  # fmt: skip
        self.dags: dict[str, dict[str, Any]] = {}
        """Of those that are otherwise than `dag`."""
        self.executions = self.looks = 0
        self._numbers = itertools.count()

    def app(self) -> Starlette:
        """The server."""
        runs = "/api/v2/dags/{dag_id}/dagRuns"
        return Starlette(
            routes=[
                Route("/auth/token", self._log_in, methods=["POST"]),
                Route(runs, self._trigger, methods=["POST"]),
                Route(runs + "/{run_id}", self._run, methods=["GET", "PATCH"]),
                Route(runs + "/{run_id}/taskInstances", self._tasks),
                Route("/api/v2/dags/{dag_id}", self._dag),
                Route("/api/v2/monitor/health", self._health),
                Route("/execution/health", self._execution),
            ]
        )

    async def _log_in(self, request: Request) -> Response:
        body = await request.json()
        if body != {"username": USER, "password": PASSWORD}:
            return JSONResponse({"detail": "Invalid credentials"}, 401)
        token = f"token-{next(self._numbers)}"
        self.tokens.add(token)
        self.log_ins += 1
        return JSONResponse({"access_token": token}, 201)

    def _knows(self, request: Request) -> bool:
        return request.headers.get("authorization", "").removeprefix("Bearer ") in self.tokens

    async def _trigger(self, request: Request) -> Response:
        if not self._knows(request):
            return JSONResponse({"detail": "Invalid JWT token"}, 401)
        body = await request.json()
        assert set(body) == {"dag_run_id", "logical_date", "conf"}
        self.posts.append(body)
        if (broken := await self._break()) is not None:
            return broken
        run_id = body["dag_run_id"]
        if run_id in self.runs:
            return JSONResponse({"detail": "DAGRun already exists"}, 409)
        self.runs[run_id] = {"dag_run_id": run_id, "conf": body["conf"], "state": "queued"}
        return JSONResponse(self.runs[run_id], 200)

    async def _break(self) -> Response | None:
        if self.fault == "slow":
            await asyncio.sleep(1.5)
        answers: dict[str | None, Response] = {
            "error": JSONResponse({"detail": "Internal Server Error"}, 500),
            "garbage": PlainTextResponse("<html>It works!</html>", 200),
            "half": Response(b'{"dag_run_id": "pod', 200, media_type="application/json"),
            "liar": JSONResponse({"dag_run_id": "somebody-elses"}, 200),
            "refuses": JSONResponse({"detail": "Dag has import errors"}, 400),
            "proxy": PlainTextResponse("<html>404 Not Found</html>", 404),
            "unparsed": JSONResponse({"detail": "Dag with dag_id: 'podcast' not found"}, 404),
        }
        return answers.get(self.fault)

    async def _run(self, request: Request) -> Response:
        if not self._knows(request):
            return JSONResponse({"detail": "Invalid JWT token"}, 401)
        if (broken := await self._break()) is not None:
            return broken
        run = self.runs.get(request.path_params["run_id"])
        if run is None:
            return JSONResponse({"detail": "The DagRun was not found"}, 404)
        if request.method == "PATCH":
            run["state"] = (await request.json())["state"]
            self._end_tasks(request.path_params["run_id"])
        return JSONResponse(run)

    def _end_tasks(self, run_id: str) -> None:
        """What a mark does, and does again: who worked has failed, who waited is skipped."""
        tasks = self.tasks.get(run_id, {})
        for task_id, state in tasks.items():
            if state in ("running", "deferred"):
                tasks[task_id] = "failed"
            elif state in (None, "scheduled", "queued", "up_for_retry"):
                tasks[task_id] = "skipped"

    async def _tasks(self, request: Request) -> Response:
        if not self._knows(request):
            return JSONResponse({"detail": "Invalid JWT token"}, 401)
        if (broken := await self._break()) is not None:
            return broken
        self.looks += 1
        run_id = request.path_params["run_id"]
        if run_id not in self.runs:
            return JSONResponse({"detail": "The DagRun was not found"}, 404)
        found = self.tasks.get(run_id, {})
        tasks = [
            {"task_id": name, "map_index": -1, "state": state} for name, state in found.items()
        ]
        asked = request.query_params
        first, most = int(asked.get("offset", 0)), min(int(asked.get("limit", 50)), 100)
        page = tasks[first : first + most]
        return JSONResponse({"task_instances": page, "total_entries": len(tasks)})

    async def _dag(self, request: Request) -> Response:
        if not self._knows(request):
            return JSONResponse({"detail": "Invalid JWT token"}, 401)
        dag = self.dags.get(request.path_params["dag_id"], self.dag)
        if dag is None:
            return JSONResponse({"detail": "The Dag was not found"}, 404)
        return JSONResponse(dag)

    async def _health(self, _request: Request) -> Response:
        return JSONResponse({name: {"status": status} for name, status in self.health.items()})

    async def _execution(self, _request: Request) -> Response:
        self.executions += 1
        return JSONResponse({"status": "healthy"})
