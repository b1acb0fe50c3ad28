"""The document library as material for topics."""

import re
from datetime import UTC, date, datetime, time
from typing import Any

from psycopg import Connection

from agents.tda.material import Material
from agents.tda.rows import DOCUMENTS, UNTOLD, BeginningRow
from agents.tda.sentences import count_told
from agents.tda.settings import DiscoverySettings
from agents.wcha.errors import UnreadableSource
from agents.wcha.extract import extract
from agents.wcha.rows import DocumentRow
from agents.wcha.text import clean

MOST = 200
"""How many untold documents are looked at, the newest."""
PUBLISHER = "Aethercast library"
_MARKUP = re.compile(r"^#{1,6} .*$|^(```|~~~).*$|[*_`>|]", re.MULTILINE)


def untold(
    connection: Connection[Any],
    user_id: object,
    settings: DiscoverySettings,
    only: list[str] | None = None,
) -> list[Material]:
    """Documents that may become topics, of each the beginning alone: :func:`whole` reads them."""
    rows = UNTOLD.all(
        connection, user_id=user_id, retell_days=settings.retell_days, only=only, limit=MOST
    )
    return [_beginning(row) for row in rows if clean(row.title)]


def _beginning(row: BeginningRow) -> Material:
    text = _MARKUP.sub("", row.beginning).strip()
    return Material(
        identity=row.document_id, kind="document", title=clean(row.title)[:300], text=text,
        publisher=row.author or PUBLISHER, url=row.url, document_id=row.document_id,
        author=row.author, published_at=_moment(row.published_on), category=row.category,
        usable=count_told(text),
    )  # fmt: skip


def whole(
    connection: Connection[Any], document_ids: list[str], settings: DiscoverySettings
) -> dict[str, Material]:
    """Documents read whole, by their ids; one that holds no text is not among them."""
    found: dict[str, Material] = {}
    for row in DOCUMENTS.all(connection, document_ids=document_ids):
        read = _whole(row, settings)
        if read is not None:
            found[row.document_id] = read
    return found


def _whole(row: DocumentRow, settings: DiscoverySettings) -> Material | None:
    try:
        text = extract(f"# {row.title}\n\n{row.body}".encode(), settings)
    except UnreadableSource:
        return None
    return Material(
        identity=row.document_id, kind="document", title=clean(row.title)[:300], text=text.body,
        publisher=row.author or PUBLISHER, url=row.url, document_id=row.document_id,
        author=row.author, published_at=_moment(row.published_on), category=row.category,
        outline=tuple(text.outline), complete=not text.truncated, usable=count_told(text.body),
    )  # fmt: skip


def _moment(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), UTC) if day else None
