"""Every DAG file loads, says what it is, and costs little to load."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.plugins.airflow_home import OURS  # isort: skip
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG, TriggerRule, WeightRule
from airflow.sdk.definitions.param import process_params
from airflow.sdk.exceptions import ParamValidationError
from airflow.serialization.serialized_objects import DagSerialization

from api.podcasts.preferences import Preferences
from api.settings import FacadeSettings
from plugins.flow.podcast import STEPS
from plugins.flow.snippets.paint import PaintCardOperator
from plugins.flow.snippets.refresh import COLLECT, COVER, CRAFT, DISCOVER
from plugins.flow.snippets.refresh import STEPS as REFRESH
from plugins.flow.snippets.settings import refresh_settings
from plugins.step.operator import StepOperator
from tests.conftest import ROOT

DAGS = ROOT / "dags"
AS_THE_FACADE_SENDS = Preferences().model_dump(mode="json")
HEAVY = {
    "agents.wcha", "airflow.providers.google", "av", "celery", "google.cloud", "hibari", "kombu",
    "lxml", "numpy", "onnxruntime", "pandas", "redis", "skia", "spacy", "trafilatura",
}  # fmt: skip


@pytest.fixture
def bag() -> DagBag:
    return DagBag(DAGS, load_op_links=False)


@pytest.fixture
def podcast(bag: DagBag) -> DAG:
    dag: DAG = bag.dags["podcast"]
    return dag


def test_all_files_load(bag: DagBag) -> None:
    assert bag.import_errors == {}
    assert len(bag.dags) == len(list(DAGS.glob("*.py")))


def test_serialising_loses_nothing(bag: DagBag) -> None:
    for dag in bag.dags.values():
        written = json.loads(json.dumps(DagSerialization.serialize_dag(dag)))
        read = DagSerialization.deserialize_dag(written)
        assert set(read.task_dict) == set(dag.task_dict)
        for task_id, task in dag.task_dict.items():
            assert read.task_dict[task_id].downstream_task_ids == task.downstream_task_ids
        assert json.loads(json.dumps(DagSerialization.serialize_dag(dag))) == written


def test_the_graph_is_the_flow(podcast: DAG) -> None:
    assert list(podcast.task_dict) == list(STEPS)
    side_by_side = {"weave_script", "forge_voice", "generate_cover"}
    assert podcast.task_dict["harvest"].downstream_task_ids == side_by_side
    for task_id in side_by_side:
        assert podcast.task_dict[task_id].downstream_task_ids == {"publish"}
    assert podcast.task_dict["publish"].trigger_rule == TriggerRule.ALL_DONE


def test_the_operators_know_who_does_the_work(podcast: DAG) -> None:
    for task_id, task in podcast.task_dict.items():
        assert isinstance(task, StepOperator)
        assert task.agent_name == STEPS[task_id]


@pytest.fixture
def snippets(bag: DagBag) -> DAG:
    dag: DAG = bag.dags["snippets"]
    return dag


def test_a_card_is_written_and_painted_for_each_topic(snippets: DAG) -> None:
    assert list(snippets.task_dict) == list(REFRESH)
    for before, after in pairwise(REFRESH):
        assert after in snippets.task_dict[before].downstream_task_ids
    assert snippets.task_dict[COLLECT].upstream_task_ids == {COVER}
    for task_id, agent in REFRESH.items():
        task = snippets.task_dict[task_id]
        assert isinstance(task, StepOperator)
        assert task.agent_name == agent
        mapped = list(task.iter_mapped_task_groups())
        assert [group.group_id for group in mapped] == (["card"] if "." in task_id else [])
    for task_id in ("collect", "finish"):
        assert snippets.task_dict[task_id].trigger_rule == TriggerRule.ALL_DONE


def test_nobody_alone_can_keep_the_others_from_refreshing(snippets: DAG) -> None:
    quota = FacadeSettings.model_fields["quota_open_explores"].default
    assert snippets.max_active_runs >= 4 * quota


def test_a_cover_has_the_time_that_a_busy_machine_takes(snippets: DAG) -> None:
    """The painter is nice: minutes may pass before it is given the processor."""
    painter = snippets.task_dict[COVER]
    assert isinstance(painter, PaintCardOperator)
    assert painter.deadline >= timedelta(minutes=3)
    assert snippets.dagrun_timeout is not None
    assert snippets.dagrun_timeout > painter.deadline * 3


def test_a_refresh_goes_behind_every_podcast_and_before_the_housekeeping(bag: DagBag) -> None:
    weights = {
        dag_id: [whole_weight(task) for task in dag.task_dict.values()]
        for dag_id, dag in bag.dags.items()
    }
    assert min(weights["podcast"]) > max(weights["snippets"])
    assert max(weights["housekeeping"]) < min(weights["snippets"])
    snippets = bag.dags["snippets"].task_dict
    assert snippets[COVER].priority_weight > snippets[CRAFT].priority_weight
    pools = json.loads((ROOT / "plugins" / "pools.json").read_text())
    assert pools["cards"]["slots"] * 2 <= 8


def whole_weight(task: Any) -> int:
    """What the scheduler goes by: a task's own weight, mostly with those of all behind it."""
    if task.weight_rule == WeightRule.ABSOLUTE:
        return int(task.priority_weight)
    behind = sum(each.priority_weight for each in task.get_flat_relatives(upstream=False))
    return int(task.priority_weight + behind)


@pytest.mark.parametrize(
    ("schedule", "expected"), [(None, "7,37 * * * *"), ("", None), ("0 6 * * *", "0 6 * * *")]
)
def test_the_schedule_is_a_setting(
    monkeypatch: pytest.MonkeyPatch, schedule: str | None, expected: str | None
) -> None:
    monkeypatch.delenv("AETHERCAST_SNIPPETS_SCHEDULE", raising=False)
    if schedule is not None:
        monkeypatch.setenv("AETHERCAST_SNIPPETS_SCHEDULE", schedule)
    refresh_settings.cache_clear()
    bag = DagBag(DAGS / "snippets.py", load_op_links=False)
    refresh_settings.cache_clear()
    assert bag.import_errors == {}
    assert getattr(bag.dags["snippets"].timetable, "expression", None) == expected


@pytest.mark.parametrize(
    ("conf", "valid"),
    [
        ({}, True),
        ({"limit": 8, "hurry": True, "reason": "empty"}, True),
        ({"workflow_id": "6c2b4f0e-6f43-4d4e-9a2c-0a7b7a4d2a10", "request_id": "r"}, True),
        ({"query": "tides", "parent_topic_id": None}, True),
        ({"limit": 0}, False),
        ({"limit": 65}, False),
        ({"limit": "many"}, False),
        ({"query": ""}, False),
        ({"query": "x" * 501}, False),
        ({"parent_topic_id": "tea"}, False),
        ({"hurry": "very"}, False),
    ],
)
def test_params_say_what_a_refresh_takes(
    snippets: DAG, conf: dict[str, object], valid: bool
) -> None:
    def check() -> None:
        process_params(snippets, snippets.task_dict[DISCOVER], conf, suppress_exception=False)

    if valid:
        check()
    else:
        with pytest.raises(ParamValidationError):
            check()


def test_people_find_their_way(bag: DagBag) -> None:
    for dag in bag.dags.values():
        assert dag.tags
        assert dag.doc_md
        assert dag.description
        for task in dag.task_dict.values():
            assert task.doc_md
            assert task.retries


def test_every_pool_is_set_up(bag: DagBag) -> None:
    pools = json.loads((ROOT / "plugins" / "pools.json").read_text())
    used = {task.pool for dag in bag.dags.values() for task in dag.task_dict.values()}
    assert used - {"default_pool"} == set(pools)


def test_voices_never_take_the_last_slots(podcast: DAG) -> None:
    pools = json.loads((ROOT / "plugins" / "pools.json").read_text())
    settings = (ROOT / "plugins" / "airflow.env").read_text().splitlines()
    parallelism = next(
        int(line.split("=")[1])
        for line in settings
        if line.startswith("AIRFLOW__CORE__PARALLELISM=")
    )
    assert pools["voices"]["slots"] < parallelism / 2
    assert pools["voices"]["slots"] < pools["writers"]["slots"]
    voice, writer = podcast.task_dict["forge_voice"], podcast.task_dict["weave_script"]
    assert writer.priority_weight > voice.priority_weight


@pytest.mark.parametrize(
    ("conf", "valid"),
    [
        ({"topic": "Tea"}, True),
        ({"topic": "Tea", "workflow_id": "6c2b4f0e-6f43-4d4e-9a2c-0a7b7a4d2a10"}, True),
        ({"topic": "Tea", "preferences": {"length_minutes": 3, "cover": False}}, True),
        ({"topic": "Tea", "preferences": AS_THE_FACADE_SENDS}, True),
        ({}, False),
        ({"topic": ""}, False),
        ({"topic": " "}, False),
        ({"topic": "Tea\nand more"}, False),
        ({"topic": "x" * 10_000}, False),
        ({"topic": "Tea", "preferences": {"colour": "red"}}, False),
        ({"topic": "Tea", "owner": "ada"}, True),
        ({"topic": "Tea", "owner": ""}, False),
        ({"topic": "Tea", "workflow_id": "not-a-uuid"}, False),
        ({"topic": "Tea", "client_workflow_id": "theirs", "traceparent": "00-1-2-01"}, True),
        ({"topic": "Tea", "client_idempotency_key": "x" * 300}, False),
        ({"topic": "Tea", "preferences": {"length_minutes": 300}}, False),
        ({"topic": "Tea", "preferences": {"format": "opera"}}, False),
        ({"topic": "Tea", "workflow_id": 7}, False),
    ],
)
def test_params_say_what_a_run_needs(podcast: DAG, conf: dict[str, object], valid: bool) -> None:
    def check() -> None:
        process_params(podcast, podcast.task_dict["harvest"], conf, suppress_exception=False)

    if valid:
        check()
    else:
        with pytest.raises(ParamValidationError):
            check()


def test_loading_a_dag_loads_nothing_heavy(tmp_path: Path) -> None:
    program = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
before = set(sys.modules)
bag = DagBag(sys.argv[1], load_op_links=False)
print(json.dumps([bag.import_errors, sorted(set(sys.modules) - before)]))
"""
    environment = os.environ | OURS | {"PYTHONPATH": str(ROOT), "AIRFLOW_HOME": str(tmp_path)}
    for name in ("AETHERCAST_SECRET_KEY", "AETHERCAST_SERVICE_TOKEN"):
        environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-c", program, str(DAGS)],
        env=environment, cwd=tmp_path, capture_output=True, check=True, text=True,
    )  # fmt: skip
    errors, modules = json.loads(done.stdout.splitlines()[-1])
    assert errors == {}
    assert HEAVY.isdisjoint(modules)
