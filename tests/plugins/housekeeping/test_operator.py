"""The tasks of the DAG, each on its own."""

from collections.abc import Iterator
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, cast

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG, Context
from airflow.sdk.definitions.param import process_params
from airflow.sdk.exceptions import AirflowFailException, ParamValidationError

from plugins.housekeeping.limits import Limits, read_limits
from plugins.housekeeping.operator import ReportOperator, SweepOperator
from plugins.housekeeping.sweeps import MEDIA, ROWS, SWEEPS
from plugins.settings import flow_settings
from tests.conftest import ROOT
from tests.plugins.housekeeping.house import DAY, HOUR, House


@pytest.fixture(scope="module")
def dag() -> DAG:
    bag = DagBag(ROOT / "dags", load_op_links=False)
    found: DAG = bag.dags["housekeeping"]
    return found


@pytest.fixture
def here(house: House, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """The settings point to the house; nobody listens at Airflow's address."""
    for name, value in {
        "DATABASE_URL": database_url, "MEDIA_URL": house.root.as_uri(),
        "SECRET_KEY": "a secret of thirty-two characters", "SERVICE_TOKEN": "token",
        "AIRFLOW_URL": "http://127.0.0.1:9",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"AETHERCAST_{name}", value)
    flow_settings.cache_clear()
    yield house
    flow_settings.cache_clear()


class Run:
    """A run of the DAG as its tasks see it."""

    def __init__(self, **params: object) -> None:
        self.params = params
        self.results: dict[str, Any] = {}

    def execute(self, dag: DAG, task_id: str) -> Any:
        instance = SimpleNamespace(
            dag_id="housekeeping", run_id="test", xcom_pull=lambda task_ids: self.results[task_ids]
        )
        context = cast(Context, {"ti": instance, "params": self.params})
        self.results[task_id] = None
        task = cast(SweepOperator | ReportOperator, dag.task_dict[task_id])
        self.results[task_id] = task.execute(context)
        return self.results[task_id]


def test_the_graph_goes_from_the_rows_to_the_media_to_the_report(dag: DAG) -> None:
    assert set(dag.task_dict) == {*SWEEPS, "report"}
    order = [*MEDIA, "report"]
    for task_id in ROWS:
        assert dag.task_dict[task_id].downstream_task_ids == {order[0]}
    for before, after in pairwise(order):
        assert dag.task_dict[before].downstream_task_ids == {after}
        assert dag.task_dict[after].trigger_rule == "all_done"


def test_no_podcast_ever_waits_for_it(dag: DAG) -> None:
    podcast = DagBag(ROOT / "dags", load_op_links=False).dags["podcast"]
    for task in dag.task_dict.values():
        assert task.pool == "housekeeping"
        assert str(task.weight_rule) == "absolute"
        assert task.priority_weight <= min(t.priority_weight for t in podcast.task_dict.values())
    assert (dag.max_active_runs, dag.catchup) == (1, False)


def test_a_whole_run_with_its_note(dag: DAG, here: House) -> None:
    alice = here.user()
    here.request_key(alice, -1)
    here.request_key(alice, -1)
    here.media(marked=2 * DAY)
    here.media()
    here.file(age=0)
    run = Run()
    for task_id in SWEEPS:
        run.execute(dag, task_id)
    note = run.execute(dag, "report")
    assert note == (
        "Removed 2 request keys, 1 media object (10 bytes). Marked for removal: 1 media object."
    )
    assert here.count("workflow_instances") == 0, "nobody asked for it, so it is no workflow"
    for task_id in SWEEPS:
        run.execute(dag, task_id)
    assert run.execute(dag, "report") == "Nothing to do."


def test_a_dry_run_says_so(dag: DAG, here: House) -> None:
    here.request_key(here.user(), -1)
    run = Run(dry_run=True)
    for task_id in SWEEPS:
        run.execute(dag, task_id)
    assert run.execute(dag, "report") == (
        "Dry run: nothing was changed. Would remove 1 request key."
    )
    assert here.count("request_keys") == 1


def test_a_step_that_fails_fails_the_run_and_no_other_step(dag: DAG, here: House) -> None:
    here.request_key(here.user(), -1)
    for _ in range(30):
        here.file()
    run = Run()
    for task_id in SWEEPS:
        if task_id == "take_up_strays":
            with pytest.raises(AirflowFailException, match="trust_database"):
                run.execute(dag, task_id)
        else:
            run.execute(dag, task_id)
    with pytest.raises(AirflowFailException, match="take_up_strays"):
        run.execute(dag, "report")
    assert here.count("request_keys") == 0


@pytest.mark.parametrize(
    ("conf", "valid"),
    [
        ({}, True),
        ({"dry_run": True}, True),
        ({"keep_media_hours": 1}, True),
        ({"keep_media_hours": 0}, False),
        ({"keep_uploads_days": 1}, False),
        ({"dry_run": "yes"}, False),
        ({"batch": 0}, False),
        ({"step_seconds": 601}, False),
    ],
)
def test_params_are_checked(dag: DAG, conf: dict[str, object], valid: bool) -> None:
    def check() -> None:
        process_params(dag, dag.task_dict["report"], conf, suppress_exception=False)

    if valid:
        check()
    else:
        with pytest.raises(ParamValidationError):
            check()


def test_a_param_goes_before_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AETHERCAST_KEEP_MEDIA_HOURS", "48")
    assert read_limits({}).media_seconds == 48 * HOUR
    limits = read_limits({"keep_media_hours": 2, "batch": 7, "dry_run": True})
    assert (limits.media_seconds, limits.most, limits.dry_run) == (2 * HOUR, 7, True)
    assert limits.step_seconds == Limits.step_seconds
