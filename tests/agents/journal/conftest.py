"""The journal's tests share a database."""

from tests.agents.shared_database import database_url, shared_database

__all__ = ["database_url", "shared_database"]
