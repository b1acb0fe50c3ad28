"""A stream feeder for the tests that speak to one."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from plugins.settings import flow_settings
from tests.conftest import ROOT, free_port, stop, wait_until_open


@pytest.fixture(scope="session")
def feeder_url(chain: Path) -> Iterator[str]:
    """A real ASF over the flow's database."""
    port = free_port()
    environment = os.environ | {"AETHERCAST_ASF_PORT": str(port)}
    with (chain / "asf.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamer"], env=environment, cwd=ROOT, stdout=log, stderr=log
        )
    wait_until_open(port, process)
    yield f"http://127.0.0.1:{port}"
    stop(process)


@pytest.fixture
def feeder(feeder_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The settings point to the feeder."""
    yield from _point_to(feeder_url, monkeypatch)


@pytest.fixture
def without_feeder(chain: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The settings point to where nobody listens."""
    yield from _point_to(f"http://127.0.0.1:{free_port()}", monkeypatch)


def _point_to(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("AETHERCAST_ASF_URL", url)
    flow_settings.cache_clear()
    yield url
    flow_settings.cache_clear()
