"""Answers as they look, for /openapi.json. A test holds each against its schema."""

from typing import Any

from api.snippets.example import CATEGORIES, DETAILS, EXPLORATION, FOUND, PAGE

_ID = "7c1f4f8e-3a6b-4f0e-9a51-2f1f3f5f0b6d"
_SOURCE = "b0a6a3de-5b0c-4c39-8d38-0f6a2f1f9c11"
_STREAM = "AQAAAABqTPy4.yQ0mJfW8fJ3n1w"
_WS = f"ws://127.0.0.1:8010/api/v1/podcasts/stream?stream_id={_STREAM}"
_AT = "2026-11-22T14:05:09Z"

ACCEPTED = {
    "podcast_id": _ID, "workflow_id": _ID, "status": "GENERATING", "stream_id": _STREAM,
    "websocket_url": _WS, "estimated_wait_seconds": 75,
}  # fmt: skip
CREATED = {"source_id": _SOURCE}
CANCELLED = {"podcast_id": _ID, "workflow_id": _ID, "status": "CANCELLED"}
LISTED = {
    "podcasts": [
        {
            "podcast_id": _ID, "topic": "How coffee conquered the world", "title": "Coffee",
            "status": "COMPLETED", "created_at": _AT, "duration_seconds": 183.4,
        }
    ],
    "next_cursor": "WyIyMDI2LTExLTIyVDE0OjA1OjA5WiIsIjdjMWY0ZjhlIl0",
}  # fmt: skip
_AGENT = {
    "agent": "pswa", "task": "weave_script", "map_index": None, "status": "in_progress",
    "progress": {"done": 1, "total": 4, "unit": "parts"}, "retries": 0, "started_at": _AT,
    "ended_at": None, "error": None,
}  # fmt: skip
_LINE = {
    "line_id": "0.1", "speaker": "host_a", "kind": "fact", "text": "It began in Ethiopia.",
    "start_seconds": 2.02, "end_seconds": 3.52,
    "citations": [
        {
            "source_id": _SOURCE, "start": 118, "end": 131, "source_title": "Coffee",
            "source_url": None, "quote": "from Ethiopia",
        }
    ],
}  # fmt: skip
STATUS = {
    "podcast_id": _ID, "workflow_id": _ID, "status": "GENERATING",
    "topic": "How coffee conquered the world", "title": "Coffee", "error": None,
    "preferences": {"format": "deep_dive", "length_minutes": 3}, "agents": [_AGENT],
    "duration_seconds": None, "quality": None,
    "media": {"audio": None, "episode": None, "cover": None},
    "stream": {"stream_id": _STREAM, "websocket_url": _WS, "status": "open"},
    "script": {
        "complete": False, "summary": None, "total": 5, "estimated_seconds": 178.4,
        "parts": [{"position": 0, "heading": "The goats", "lines": [_LINE]}],
    },
    "sources": [
        {
            "source_id": _SOURCE, "kind": "library", "title": "Coffee", "url": None,
            "author": None, "published_on": None, "harvested": True,
        }
    ],
    "created_at": _AT, "ended_at": None, "client_workflow_id": None,
    "links": {
        "self": f"/api/v1/podcasts/{_ID}", "workflow": f"/api/v1/workflows/{_ID}",
        "episode": f"http://127.0.0.1:8000/episodes/{_ID}?key=AQAAAABqTPy4.yQ0mJfW8",
        "airflow_run": f"http://127.0.0.1:8080/dags/podcast/runs/podcast__{_ID}",
    },
}  # fmt: skip
WORKFLOW = {
    "workflow_id": _ID, "status": "in_progress", "trigger": "podcast_request", "dag_id": "podcast",
    "dag_run_id": f"podcast__{_ID}",
    "airflow_run": f"http://127.0.0.1:8080/dags/podcast/runs/podcast__{_ID}",
    "triggered_at": _AT, "started_at": _AT, "ended_at": None, "error": None,
    "client_workflow_id": None, "tasks": [_AGENT], "result": None,
}  # fmt: skip
SESSION = {
    "session_id": "3d1f0a52-8f0e-4c63-9d35-6a0a1f7c2b44", "kind": "browser", "created_at": _AT,
    "last_seen_at": _AT, "expires_at": "2026-12-22T14:05:09Z", "is_current": True,
    "preferences": {"liked": ["food", "space"], "muted": ["sport"], "length_minutes": 3},
}  # fmt: skip
READY = {"ready": True, "parts": [{"part": "database", "ready": True, "missing": None}]}
METRICS = '# TYPE aethercast_workflows gauge\naethercast_workflows{status="pending"} 1.0\n'

ANSWERS: dict[tuple[str, str], Any] = {
    ("create_podcast", "202"): ACCEPTED,
    ("create_source", "201"): CREATED,
    ("cancel_podcast", "200"): CANCELLED,
    ("list_podcasts", "200"): LISTED,
    ("get_podcast", "200"): STATUS,
    ("get_episode", "200"): STATUS,
    ("get_workflow", "200"): WORKFLOW,
    ("list_snippets", "200"): PAGE,
    ("get_snippet", "200"): DETAILS,
    ("list_categories", "200"): CATEGORIES,
    ("explore_topic", "202"): EXPLORATION,
    ("search", "200"): FOUND,
    ("list_sessions", "200"): {"sessions": [SESSION]},
    ("get_session", "200"): SESSION,
    ("change_session", "200"): SESSION,
    ("livez", "200"): {"status": "alive"},
    ("readyz", "200"): READY,
    ("metrics", "200"): METRICS,
}
"""By operation and status."""
