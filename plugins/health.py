"""Health checks of the Airflow processes: ``python -m plugins.health <process>``.

``api-server`` also asks the execution API, which Airflow builds on its first request: the
first task of a cold one waits nine seconds and fails. Healthy therefore means warm. The others
are healthy while the heartbeats that they leave in Airflow's database are fresh. Only the
standard library is imported, so a check costs next to nothing.
"""

import json
import os
import sys
import urllib.request
from typing import Any

COMPONENTS = {
    "api-server": "metadatabase",
    "scheduler": "scheduler",
    "triggerer": "triggerer",
    "dag-processor": "dag_processor",
}


def main(process: str) -> int:
    """The exit code for one process: 0 where it is healthy."""
    base = os.environ.get("AETHERCAST_AIRFLOW_URL", "http://127.0.0.1:8080").rstrip("/")
    if process == "api-server":
        ask(f"{base}/execution/health")
    report = json.loads(ask(f"{base}/api/v2/monitor/health"))
    return 0 if is_healthy(report, process) else 1


def ask(url: str) -> bytes:
    """The body of a GET; raises OSError where there is none."""
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310
        return bytes(answer.read())


def is_healthy(report: dict[str, Any], process: str) -> bool:
    """Whether Airflow's own health report calls the process healthy."""
    return bool(report[COMPONENTS[process]]["status"] == "healthy")


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1]))
    except OSError as error:
        sys.exit(f"{sys.argv[1]}: {error}")
