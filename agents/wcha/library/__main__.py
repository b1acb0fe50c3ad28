"""``python -m agents.wcha.library``: load or update the starter library."""

import sys

import psycopg

from agents.wcha.library.shelf import load_library, read_articles
from sql import DatabaseSettings


def main() -> None:
    """Load what changed and say how much that was."""
    with psycopg.connect(DatabaseSettings().database_url, autocommit=True) as connection:
        changed = load_library(connection)
    total = sum(1 for _ in read_articles())
    sys.stdout.write(f"library: {total} articles, {changed} new or changed\n")


if __name__ == "__main__":
    main()
