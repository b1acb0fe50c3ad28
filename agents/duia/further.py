"""What leads on from a search that found too little: its component, and the data it is bound to.

Where its data stands follows from the words (`/asked/<name>`), so what is said of one search's
looking, or of the making of its episode, never shows under another's.
"""

import hashlib
from dataclasses import dataclass
from typing import Literal

from agents.canonical import JSON

ID = "further"
TOO_LITTLE = "Not what you were looking for?"
NOTHING = "New stories can be looked for, or an episode made of just these words."
FOUND = "Found on looking further"
"""Over the cards that came of it."""
NOT_YET = {"state": "idle", "stateText": "", "progress": 0}
"""Of its episode, as long as nobody has asked for one."""
BOUND = ("text", "words", "lookState", "lookText", "state", "stateText", "progress")
"""Its properties that come from the data model."""


@dataclass(frozen=True)
class Further:
    """Where a search may lead."""

    words: str
    """What was searched for, 1 to 200 characters."""
    looked: Literal["idle", "looking", "done", "failed"] = "idle"
    """Whether somebody looked further for them, and how that stands."""
    found: int = 0
    """How many cards came of that."""


def name_of(words: str) -> str:
    """Names a search by its words."""
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def further_component(further: Further) -> JSON:
    """The component; it holds for as long as the words do."""
    name = name_of(further.words)
    here = f"/asked/{name}"
    query = {"path": f"{here}/words"}
    make = {"query": query, "asked": name}
    return {
        "id": ID,
        "component": "Further",
        **{each: {"path": f"{here}/{each}"} for each in BOUND},
        "look": {"event": {"name": "explore", "context": {"query": query}}},
        "make": {"event": {"name": "make_episode", "context": make}},
    }


def further_data(further: Further, *, bare: bool) -> JSON:
    """What stands at ``/asked/<name>``; ``bare``: the search itself found nothing."""
    return {
        "text": NOTHING if bare else TOO_LITTLE,
        "words": further.words,
        "title": further.words,
        "lookState": further.looked,
        "lookText": look_text(further),
        **NOT_YET,
    }


def look_text(further: Further) -> str:
    """How the looking goes, in a sentence."""
    stories = "1 story" if further.found == 1 else f"{further.found} stories"
    match further.looked:
        case "idle":
            return ""
        case "looking":
            return f"{stories} found so far…" if further.found else "Looking further…"
        case _ if further.found:
            return f"{stories} found."
        case "failed":
            return "It could not be looked into just now. Try again in a while."
        case _:
            return "Nothing more was found just now."
