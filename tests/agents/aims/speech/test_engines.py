# ruff: noqa: RUF001 - phonemes are written in their own letters
"""The network that was made faster says what the one in the file says."""

from pathlib import Path

import numpy as np
import pytest

from agents.aims.speech.embedded import engines
from agents.aims.speech.embedded.engines import KokoroEngine
from agents.aims.speech.embedded.models import ModelFolder
from agents.aims.speech.embedded.onnx_messages import Model
from agents.aims.speech.embedded.vnni import processor_has_vnni, with_products

PHONEMES = "wˌI ɪz ðˈæt?"


@pytest.mark.skipif(
    not processor_has_vnni(),
    reason="This processor has no VNNI, so only the network as it is in the file ever speaks here.",
)
def test_the_samples_are_those_of_the_network_in_the_file(
    models_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = ModelFolder(models_dir)
    fast = KokoroEngine(models, 2).render(PHONEMES, "am_michael", 1.0)
    monkeypatch.setattr(engines, "processor_has_vnni", lambda: False)
    plain = KokoroEngine(models, 2).render(PHONEMES, "am_michael", 1.0)
    assert len(plain) > 20_000
    assert np.array_equal(fast, plain)


def test_convolutions_are_products_and_the_rest_is_kept(models_dir: Path) -> None:
    network = ModelFolder(models_dir).network
    before = Model.FromString(network.read_bytes())
    after = Model.FromString(with_products(network))
    kinds = [[node.op_type for node in model.graph.node] for model in (before, after)]
    assert kinds[0].count("ConvInteger") > 80
    assert kinds[1].count("ConvInteger") <= 6
    for kind in ("DynamicQuantizeLSTM", "ConvTranspose", "STFT", "Sin"):
        assert kinds[0].count(kind) == kinds[1].count(kind) > 0


@pytest.mark.parametrize(
    ("flags", "expected"),
    [("fpu avx512_vnni", True), ("fpu avx_vnni", True), ("fpu avx2 avx512f", False)],
)
def test_the_processor_is_asked(tmp_path: Path, flags: str, expected: bool) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(f"processor\t: 0\nflags\t\t: {flags}\nbugs\t\t: none\n", encoding="ascii")
    assert processor_has_vnni(cpuinfo) is expected


def test_a_processor_that_says_nothing_gets_the_file_as_it_is(tmp_path: Path) -> None:
    assert processor_has_vnni(tmp_path / "absent") is False
