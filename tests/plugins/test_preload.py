"""A forked task finds loaded what it needs: it imports nothing but the file of its own DAG."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

OURS = {
    "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
    "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AETHERCAST_SECRET_KEY": "a-secret-that-is-long-enough-to-be-one",
    "AETHERCAST_SERVICE_TOKEN": "a-token",
}
AS_A_TASK = """
import json, pathlib, sys
sys.argv = ["airflow", "scheduler"]
import airflow.settings
from airflow.plugins_manager import ensure_plugins_loaded
ensure_plugins_loaded()
before = set(sys.modules)

from airflow.sdk.execution_time.supervisor import ensure_secrets_backend_loaded
from airflow.sdk.execution_time.task_runner import DagBundlesManager
from airflow.dag_processing.dagbag import BundleDagBag
ensure_secrets_backend_loaded()
bundle = DagBundlesManager().get_bundle(name="dags-folder", version=None)
bundle.initialize()
for name in ("podcast", "snippets"):
    bag = BundleDagBag(
        dag_folder=str(bundle.path / f"{name}.py"), safe_mode=False, load_op_links=False,
        bundle_path=bundle.path, bundle_name="dags-folder",
    )
    assert name in bag.dags, bag.import_errors
from agents import dispatch
from agents.wcha import harvest
from plugins.settings import flow_settings
from streamer.media import open_store
open_store("file:///tmp")
loaded = flow_settings.cache_info().currsize
print(json.dumps([sorted(set(sys.modules) - before), loaded]))
"""


def test_nothing_is_imported_after_the_fork(tmp_path: Path) -> None:
    env = os.environ | OURS | {"AIRFLOW_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", AS_A_TASK], env=env, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    new, settings_read = json.loads(done.stdout.splitlines()[-1])
    assert [name for name in new if not name.startswith("unusual_prefix_")] == []
    assert settings_read == 1
