"""Airflow reads its configuration when it is first imported: import this before.

Tests of DAGs and plugins run operators in this process, with an Airflow home of their own. The
environment is put back at once, since other tests start processes with it.
"""

import os
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOME = Path(tempfile.gettempdir()) / f"aethercast-airflow-{os.getuid()}"

OURS = {
    "AIRFLOW_HOME": str(HOME),
    "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
    "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
}


def import_airflow() -> None:
    """Import Airflow and load our plugin, with our configuration."""
    before = dict(os.environ)
    os.environ |= OURS
    try:
        import airflow.settings  # noqa: F401
        from airflow.plugins_manager import ensure_plugins_loaded

        ensure_plugins_loaded()
    finally:
        os.environ.clear()
        os.environ |= before


import_airflow()
