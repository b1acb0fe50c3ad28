"""A stack of a bench's own: a copy of the checkout, with settings of its own."""

import shlex
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from scripts.local.settings_file import HEADING
from tests.acceptance.running import Stack, free_offset
from tests.conftest import ROOT

LEFT_OUT = shutil.ignore_patterns(".venv", ".aethercast", ".git", ".*_cache", "node_modules")


@contextmanager
def copied_stack(settings: Mapping[str, str]) -> Iterator[Stack]:
    """Up within the block. The models are those of the checkout."""
    folder = Path(tempfile.mkdtemp(prefix="aethercast-bench-"))
    folder.chmod(0o755)
    root = folder / "checkout"
    shutil.copytree(ROOT, root, ignore=LEFT_OUT)
    state = root / ".aethercast"
    state.mkdir()
    (state / "models").symlink_to(ROOT / ".aethercast" / "models")
    lines = "".join(f"{name}={shlex.quote(value)}\n" for name, value in settings.items())
    (state / "env").write_text(HEADING + lines, encoding="utf-8")
    stack = Stack(root, free_offset(root))
    try:
        up = stack.local("up")
        if up.returncode:
            raise RuntimeError(up.stdout + up.stderr)
        yield stack
    finally:
        stack.local("down")
        shutil.rmtree(folder, ignore_errors=True)
