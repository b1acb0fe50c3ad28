"""What the tests of pictures share."""

from collections.abc import Iterator

import pytest

from tests.agents.core.conftest import arrive, asked, record
from tests.agents.shared_database import database_url, shared_database
from tests.agents.site import Site, open_site

__all__ = ["arrive", "asked", "database_url", "record", "shared_database"]


@pytest.fixture
def site() -> Iterator[Site]:
    """A web server whose answers the test lays down."""
    with open_site() as opened:
        yield opened
