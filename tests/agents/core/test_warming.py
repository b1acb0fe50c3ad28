"""A worker is warm before it says that it is there."""

from pathlib import Path

from tests.agents.processes import Stack


def test_a_worker_answers_nobody_before_it_is_warm(stack: Stack, tmp_path: Path) -> None:
    stack.env["PROBE_WARM"] = str(tmp_path / "warm")
    stack.worker("tests.agents.core.slow_to_warm", "probe")  # returns when it answers a ping
    assert (tmp_path / "warm").read_text() == "warm"
    log = next(tmp_path.glob("probe-*.log")).read_text()
    assert "not warm" in log
    assert "breaks" in log
