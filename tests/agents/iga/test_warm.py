"""A painter lets others go first, and nobody else is held back for it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PROGRAM = """
import os
from agents.iga.warm import be_nice
be_nice()
print(os.nice(0), open("/proc/self/autogroup").read().split()[-1])
"""


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="no autogroups here")
@pytest.mark.parametrize(("leader", "told"), [(True, ["10", "10"]), (False, ["10", "0"])])
def test_only_a_session_of_its_own_is_made_nice(leader: bool, told: list[str]) -> None:
    program = PROGRAM if leader else f"import os\nif os.fork():\n    os.wait()\nelse:{_deeper()}"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True,
        start_new_session=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == told


def _deeper() -> str:
    """The program, in a child's branch."""
    return PROGRAM.replace("\n", "\n    ")
