"""What the tests of pages share."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.agents.core.conftest import arrive, asked, record
from tests.agents.shared_database import database_url, shared_database

__all__ = ["arrive", "asked", "database_url", "record", "shared_database"]

SAMPLES = Path(__file__).parent / "samples"


def read_sample(name: str) -> Any:
    """One of the samples."""
    return json.loads((SAMPLES / name).read_text(encoding="utf-8"))


@pytest.fixture
def cards() -> Any:
    """Three cards as the facade tells them: idle, in the making and without a picture, long."""
    return read_sample("cards.json")
