"""`python -m api` as a process."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.__main__ import read_settings
from tests.api.conftest import SECRET
from tests.conftest import ROOT, free_port


def start(tmp_path: Path, module: str, *words: str, **env: str) -> "subprocess.Popen[str]":
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith("AETHERCAST_")
    }
    return subprocess.Popen(
        [sys.executable, "-m", module, *words], cwd=tmp_path, text=True,
        env={**inherited, "PYTHONPATH": str(ROOT), **env},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


SOUND = {"AETHERCAST_SERVICE_TOKEN": "t", "AETHERCAST_SECRET_KEY": SECRET}


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("SECRET_KEY", None, "required"),
        ("SECRET_KEY", "x" * 31, "32 bytes"),
        ("SERVICE_TOKEN", None, "required"),
        ("SERVICE_TOKEN", "", "empty"),
        ("PUBLIC_URL", "localhost", "http://"),
        ("API_PORT", "0", "greater"),
        ("LOG_LEVEL", "LOUD", "DEBUG"),
    ],
)
def test_a_bad_setting_is_named(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str | None,
    word: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    for each, sound in SOUND.items():
        monkeypatch.setenv(each, sound)
    if value is None:
        monkeypatch.delenv(f"AETHERCAST_{name}")
    else:
        monkeypatch.setenv(f"AETHERCAST_{name}", value)
    with pytest.raises(SystemExit) as ended:
        read_settings()
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert said.startswith(f"AETHERCAST_{name}: ")
    assert word in said
    assert value is None or len(value) < 31 or value not in said


def test_a_bad_setting_stops_the_process(tmp_path: Path) -> None:
    process = start(tmp_path, "api", **{**SOUND, "AETHERCAST_SECRET_KEY": "short"})
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "Traceback" not in said


def test_it_serves_logs_json_and_ends_in_order(tmp_path: Path, database_url: str) -> None:
    port = free_port()
    env = {
        "AETHERCAST_SECRET_KEY": SECRET,
        "AETHERCAST_SERVICE_TOKEN": "t",
        "AETHERCAST_DATABASE_URL": database_url,
        "AETHERCAST_API_PORT": str(port),
        "AETHERCAST_AIRFLOW_URL": f"http://127.0.0.1:{free_port()}",
    }
    printed, _ = start(tmp_path, "api.token", "--subject", "me", "--days", "1", **env).communicate()
    process = start(tmp_path, "api", **env)
    url = f"http://127.0.0.1:{port}"
    wait_for(f"{url}/livez", process)
    headers = {
        "Authorization": f"Bearer {printed.strip()}", "X-Idempotency-Key": "k",
        "X-Request-ID": "the-request",
    }  # fmt: skip
    answer = httpx.post(f"{url}/api/v1/podcasts", json={"topic": "The sea"}, headers=headers)
    assert answer.status_code == 202
    process.send_signal(signal.SIGTERM)
    said, errors = process.communicate(timeout=30)
    assert process.returncode in (0, -signal.SIGTERM)
    assert "Traceback" not in said + errors
    [line] = [
        line for line in read_lines(said) if line["event"] == "request" and line["status"] == 202
    ]
    assert line["request_id"] == "the-request"
    assert line["route"] == "/api/v1/podcasts"
    assert SECRET not in said
    assert printed.strip() not in said


def wait_for(url: str, process: "subprocess.Popen[str]") -> None:
    for _ in range(600):
        assert process.poll() is None, process.communicate()
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise TimeoutError(url)


def read_lines(said: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.splitlines()]
