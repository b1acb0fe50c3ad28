"""A client of the model service that all agents' tests share."""

from collections.abc import Iterator

import pytest

from agents.aims.client import AimsClient
from tests.agents.model_service import TOKEN as TOKEN
from tests.agents.model_service import Aims as Aims


@pytest.fixture
def client(aims: Aims) -> Iterator[AimsClient]:
    """A client of the running service."""
    opened = aims.client()
    yield opened
    opened.close()
