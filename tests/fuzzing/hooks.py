"""What Schemathesis loads into its own process (SCHEMATHESIS_HOOKS=tests.fuzzing.hooks).

A schema cannot say everything. So that data which fit the schema are really acceptable, and every
refusal of them is a finding, references are mended before a case is sent:

- a well-formed idempotency key becomes a fresh one, since no key may be used twice;
- source and topic ids become ones that exist; two equal or unknown voices become two known ones;
- every other well-formed id of a workflow, card or session and every other media token becomes a
  real one, and a well-formed cursor too; a category becomes one that there is.

What does not fit the schema is sent as generated. A podcast that is accepted is stopped at once.
Every answer is counted, and held to what the whole suite holds answers to (tests.witness).
"""

import atexit
import json
import os
import re
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import jsonschema_rs
import schemathesis

from api.podcasts.pages import CURSOR, read_cursor
from api.problems import InvalidRequest
from api.request_keys import PATTERN
from tests.witness import judge

GIVEN: dict[str, Any] = json.loads(os.environ["AETHERCAST_FUZZ"])
VOICES = {"host_a": "heart", "host_b": "michael"}
CATEGORIES = ("food", "history", "music", "nature", "science", "space")
KEY = "X-Idempotency-Key"
_EVERY_OTHER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{11}[02468ace]")
caller = httpx.Client(
    base_url=GIVEN["url"], headers={"Authorization": GIVEN["token"]}, timeout=30, verify=False
)
counted: Counter[str] = Counter()
complaints: list[str] = []
accepted: list[str] = []
_schemas: dict[str, Any] = {}


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Mend what only looks wrong."""
    key = (case.headers or {}).get(KEY)
    if isinstance(key, str) and re.fullmatch(PATTERN, key):
        case.headers[KEY] = str(uuid4())
    name = _name_of(case)
    if name == "create_podcast" and _fits(case, "PodcastRequest"):
        case.body = mend(case.body)
    if name == "explore_topic" and _fits(case, "ExploreRequest") and "topic_id" in case.body:
        case.body["topic_id"] = GIVEN["topic_id"]
    if name == "change_session" and _fits(case, "SessionPatch"):
        case.body["preferences"] = mend_preferences(case.body["preferences"])
    mend_query(name, case.query or {})
    mend_path(case.path_parameters or {})


def mend_query(name: str, query: dict[str, Any]) -> None:
    """A category that there is, and a cursor of the list that it is sent to."""
    cursor = query.get("cursor")
    if isinstance(cursor, str) and looks_like_cursor(cursor):
        query["cursor"] = GIVEN["cursor_of_cards" if name == "list_snippets" else "cursor"]
    if isinstance(query.get("category"), str):
        query["category"] = CATEGORIES[len(query["category"]) % len(CATEGORIES)]


def mend_path(path: dict[str, Any]) -> None:
    """Every other id is one of something that is there."""
    for name in ("workflow_id", "snippet_id"):
        given = path.get(name)
        if isinstance(given, str) and _EVERY_OTHER.fullmatch(given):
            path[name] = GIVEN[name]
    for name, real in (("token", GIVEN["media_token"]), ("session_id", "current")):
        given = path.get(name)
        if isinstance(given, str) and len(given) % 2:
            path[name] = real


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    """Count, judge, and stop what was started."""
    phase = case.meta.phase.name.value if case.meta else "extra"
    mode = case.meta.generation.mode.value if case.meta else "extra"
    counted[f"{phase} {mode} {_name_of(case)} {response.status_code}"] += 1
    if response.status_code >= 400:
        told = httpx.Headers({name: ", ".join(each) for name, each in response.headers.items()})
        url = response.request.url or ""
        wrong = judge(case.method, url, response.status_code, told, response.content)
        complaints.extend([wrong] if wrong else [])
    if _name_of(case) == "create_podcast" and response.status_code == 202:
        place = response.headers["location"][0]
        accepted.append(place)
        caller.delete(place)


def mend(body: dict[str, Any]) -> dict[str, Any]:
    """A body that fits, with references to what is there."""
    mended = {name: value for name, value in body.items() if name != "topic_id"}
    mended.setdefault("topic", "The sea")
    for source in mended.get("sources", []):
        if "source_id" in source:
            source["source_id"] = GIVEN["source_id"]
    unique = {json.dumps(each, sort_keys=True): each for each in mended.get("sources", [])}
    if "sources" in mended:
        mended["sources"] = list(unique.values())
    wishes = mended.get("user_preferences", {})
    if "voices" in wishes:
        wishes["voices"] = VOICES
    return mended


def mend_preferences(wishes: dict[str, Any]) -> dict[str, Any]:
    """The same with categories that there are, none of them liked and muted."""
    if wishes.get("voices"):
        wishes["voices"] = VOICES
    for name, known in (("liked", CATEGORIES[::2]), ("muted", CATEGORIES[1::2])):
        if wishes.get(name):
            wishes[name] = known[: len(wishes[name])]
    return wishes


def looks_like_cursor(cursor: str) -> bool:
    """Whether it has a cursor's form, but is none that the list gave."""
    if not re.fullmatch(CURSOR, cursor):
        return False
    try:
        read_cursor(cursor)
    except InvalidRequest:
        return True
    return False


def _name_of(case: Any) -> str:
    return str(case.operation.definition.raw.get("operationId"))


def _fits(case: Any, model: str) -> bool:
    if model not in _schemas:
        raw = case.operation.schema.raw_schema
        _schemas[model] = jsonschema_rs.Draft202012Validator(
            {**raw, "$ref": f"#/components/schemas/{model}"}, validate_formats=True
        )
    try:
        return bool(_schemas[model].is_valid(case.body))
    except ValueError:  # nothing that JSON can carry
        return False


@atexit.register
def write_down() -> None:
    """Leave the figures where the test looks for them."""
    found = {"counted": counted, "complaints": complaints, "accepted": accepted}
    Path(GIVEN["report"]).write_text(json.dumps(found), encoding="utf-8")
