"""The folder that ``python -m scripts.local.models`` fills."""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agents.aims.errors import ModelsMissing

STYLE_WIDTH = 256


class ModelFolder:
    """Kokoro's network, its phoneme vocabulary, and one style table per speaker."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "kokoro"
        self.style = cache(self._style)

    @property
    def network(self) -> Path:
        """The ONNX file."""
        return self._folder / "model.onnx"

    def check(self, styles: Iterable[str]) -> None:
        """Raise ModelsMissing unless all that is needed is there."""
        needed = [self.network, self._folder / "vocab.json", *map(self._style_path, styles)]
        if absent := [path for path in needed if not path.is_file()]:
            raise ModelsMissing(
                f"The voices' models are not all in {self._folder.parent} ({absent[0].name} is "
                "missing). Run: python -m scripts.local.models"
            )

    def vocabulary(self) -> dict[str, int]:
        """Token by phoneme."""
        text = (self._folder / "vocab.json").read_text(encoding="utf-8")
        vocabulary: dict[str, int] = json.loads(text)["vocab"]
        return vocabulary

    def _style(self, name: str) -> NDArray[np.float32]:
        """The style rows of one speaker: row n-1 is for n tokens."""
        return np.fromfile(self._style_path(name), dtype="<f4").reshape(-1, STYLE_WIDTH)

    def _style_path(self, name: str) -> Path:
        return self._folder / "voices" / f"{name}.bin"
