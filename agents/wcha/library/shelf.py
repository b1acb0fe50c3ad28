"""Articles as files, and their way into the database."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from psycopg import Connection
from psycopg.types.json import Jsonb

from sql import Command, Statement

ARTICLES = Path(__file__).parent / "articles"
_FRONT = re.compile(r"\A---\n(.*?)\n---\n\s*", re.DOTALL)


@dataclass(frozen=True)
class Article:
    """One article. ``body`` is Markdown without its front matter.

    ``facts_from`` names public works: ``[{"source", "year", "supports"}]``.
    """

    document_id: str
    title: str
    category: str
    author: str
    published_on: date
    facts_from: list[dict[str, Any]]
    body: str
    sha256: str


@dataclass(frozen=True)
class Fingerprint:
    """What the database holds of an article."""

    document_id: str
    sha256: str


STORE = Command("documents/store")
FINGERPRINTS = Statement("documents/fingerprints", Fingerprint)


def read_articles(folder: Path = ARTICLES) -> Iterator[Article]:
    """Every article of a folder, by file name.

    Raises:
        ValueError: a file without front matter.
    """
    for path in sorted(folder.glob("*.md")):
        yield _parse(path.stem, path.read_text(encoding="utf-8"))


def _parse(stem: str, text: str) -> Article:
    front = _FRONT.match(text)
    if not front:
        raise ValueError(f"The article {stem} has no front matter.")
    fields = yaml.safe_load(front[1])
    return Article(
        document_id=f"library/{stem}", title=fields["title"], category=fields["category"],
        author=fields["author"], published_on=fields["date"], facts_from=fields["facts_from"],
        body=text[front.end() :].strip(), sha256=hashlib.sha256(text.encode()).hexdigest(),
    )  # fmt: skip


def load_library(connection: Connection[Any], folder: Path = ARTICLES) -> int:
    """Bring ``documents`` up to date with the files; returns how many articles changed."""
    articles = list(read_articles(folder))
    known = {
        row.document_id: row.sha256
        for row in FINGERPRINTS.all(connection, document_ids=[a.document_id for a in articles])
    }
    changed = [a for a in articles if known.get(a.document_id) != a.sha256]
    with connection.transaction():
        for article in changed:
            _store(connection, article)
    return len(changed)


def _store(connection: Connection[Any], article: Article) -> None:
    STORE.run(
        connection, document_id=article.document_id, title=article.title,
        category=article.category, author=article.author, url=None,
        published_on=article.published_on, body=article.body,
        facts_from=Jsonb(article.facts_from), sha256=article.sha256,
    )  # fmt: skip
