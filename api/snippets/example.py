"""Answers about the pool as they look, for /openapi.json."""

from typing import Any

from agents.duia.compose import CATALOG, VERSION, CategoryChoice, PageOrder, compose

_WORKFLOW = "7c1f4f8e-3a6b-4f0e-9a51-2f1f3f5f0b6d"
_SOURCE = "b0a6a3de-5b0c-4c39-8d38-0f6a2f1f9c11"
_AT = "2026-11-22T17:12:09Z"
_TITLE = "How Coffee Conquered the World"
_TOLD = "In 1706 one plant travelled from Java to the botanical garden of Amsterdam."


def _cited(quote: str, start: int) -> list[dict[str, Any]]:
    return [
        {
            "source_id": _SOURCE, "start": start, "end": start + len(quote), "source_title": _TITLE,
            "source_url": None, "publisher": "Aethercast library", "quote": quote,
        }
    ]  # fmt: skip


SNIPPET: Any = {
    "snippet_id": "5f0d9a0e-6f2b-5c55-9d0e-0d5f3a1c7b00",
    "topic_id": "a1c7b05f-0d9a-5e6f-8b5c-559d0e0d5f30",
    "title": _TITLE, "text_content": _TOLD,
    "cover_art_prompt": f"Podcast cover about {_TITLE}. It shows: plant, garden, Java.",
    "image_url": "http://127.0.0.1:8000/api/v1/media/AQAAAABqTPy4.yQ0mJfW8fJ3n1w",
    "estimated_full_podcast_length": 300, "generation_timestamp": _AT, "category": "food",
    "keywords": ["Amsterdam", "Java"],
    "sentences": [{"text": _TOLD, "citations": _cited(_TOLD, 812)}],
    "title_citations": _cited(_TITLE, 0), "cover": {"width": 640, "height": 640, "ink": "light"},
    "spread": 1, "published_at": None, "episode": None,
}  # fmt: skip
_ORDER = PageOrder(
    categories=[CategoryChoice(id="food", label="Food", selected=False, muted=False)],
    cursor="AQAAAAAAAADFAAAAAGohPzBfDZoOby8",
)
PAGE = {
    "workflow_id": _WORKFLOW, "source": "cache", "snippets": [SNIPPET],
    "ui": {"version": VERSION, "catalog": CATALOG, "messages": compose(_ORDER, [SNIPPET])},
    "next_cursor": _ORDER.cursor,
    "pool": {"version": 197, "refreshing": False, "checked_at": "2026-11-22T17:07:00Z",
             "newest_at": _AT},
}  # fmt: skip
DETAILS = {
    **SNIPPET,
    "sources": [
        {
            "source_id": _SOURCE, "kind": "document", "title": _TITLE, "url": None,
            "publisher": "Aethercast library", "author": None, "published_at": None,
            "complete": True,
        }
    ],
}  # fmt: skip
CATEGORIES = {
    "categories": [
        {"category": "food", "label": "Food", "cards": 3, "liked": True, "muted": False}
    ]
}  # fmt: skip
FOUND = {
    "query": "coffee", "snippets": [{**SNIPPET, "highlights": {"title": [[4, 10]], "text": []}}],
    "topics": [
        {
            "topic_id": "3f1b2a8e-77c4-5b43-8b52-0d9c2a7f1e60", "title": "Coffee at sea",
            "summary": "A ship carried one plant.", "category": "history", "published_at": None,
            "highlights": {"title": [[0, 6]], "text": []},
        }
    ],
    "episodes": [
        {
            "podcast_id": _WORKFLOW, "topic": "How coffee conquered the world", "title": None,
            "status": "GENERATING", "created_at": _AT, "duration_seconds": None,
            "highlights": {"title": [], "text": [[4, 10]]},
        }
    ],
}  # fmt: skip
EXPLORATION = {
    "workflow_id": _WORKFLOW, "status": "GENERATING", "source": "generation", "snippets": [SNIPPET],
    "events_url": f"/api/v1/snippets/events?workflow_id={_WORKFLOW}",
}  # fmt: skip
