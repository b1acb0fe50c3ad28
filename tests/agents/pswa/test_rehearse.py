"""The developers' command prints a dialogue and its figures."""

import subprocess
import sys

from tests.agents.aims.text.material import DOCUMENTS
from tests.conftest import ROOT


def test_a_rehearsal_prints_the_dialogue_and_its_figures() -> None:
    files = [str(DOCUMENTS / "harbour_news.md"), str(DOCUMENTS / "tides_science.md")]
    command = [sys.executable, "-m", "agents.pswa.rehearse", *files, "--minutes", "2"]
    done = subprocess.run(
        [*command, "--topic", "the sea"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    for figure in ("words ", "host_b 0.", "repeated 4-grams", "facts kept", "plan "):
        assert figure in done.stdout
    assert "A | " in done.stdout
    assert "        B : " in done.stdout
