"""What a bench asks the database, in .sql files of its own beside it."""

from pathlib import Path


def read_query(name: str) -> str:
    """The text of ``tests/bench/<name>.sql``."""
    return Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8")
