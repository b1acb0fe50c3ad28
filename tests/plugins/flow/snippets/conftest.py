"""An empty pool to begin with."""

from typing import Any

import psycopg
import pytest

from tests.plugins.flow.snippets.steps import empty


@pytest.fixture
def empty_pool(connection: "psycopg.Connection[Any]") -> None:
    empty(connection)
