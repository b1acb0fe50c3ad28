"""One card, or one episode, as A2UI: its component, and the data that the component is bound to.

Strings are bound by path and stand in the data model: a card that changes is an update of its data,
and the browser keeps the element and its focus. A fragment depends on nothing but its arguments, so
whoever shows a card often may keep it.
"""

import re
from datetime import datetime

from agents.canonical import JSON
from agents.duia.cards import Card, Citation, EpisodeEntry

LONGEST_URL = 2000
MOST_MINUTES = 600
USUAL_MINUTES = 5
"""How long an episode is where its listener says nothing (CONTRACTS, `length_minutes`)."""
_WEB = re.compile(r"https?://\S+")
_PICTURE = re.compile(r"(?:/(?![/\\])\S+|https?://\S+|(?:media|gs)://\S+)")

BOUND = (
    "title", "sentences", "category", "categoryLabel", "cover", "ink", "minutes", "sourceNames",
    "spread", "state", "stateText", "progress",
)  # fmt: skip
"""Properties of a card that come from the data model."""
ROW_BOUND = ("title", "status", "state", "date", "minutes", "cover")
"""The same of a row."""
STATES = {
    "GENERATING": ("making", "In the making"),
    "COMPLETED": ("ready", "Ready to play"),
    "COMPLETED_WITH_ERRORS": ("ready", "Ready to play"),
    "FAILED": ("failed", "It could not be made"),
}
"""By an episode's status; with any other the card is as if there were no episode."""
STATUS_WORDS = {
    "GENERATING": "In the making", "COMPLETED": "Ready to play",
    "COMPLETED_WITH_ERRORS": "Ready to play", "FAILED": "Failed", "CANCELLED": "Cancelled",
}  # fmt: skip


def card_id(snippet_id: str) -> str:
    """The id of a card's component."""
    return f"card-{snippet_id}"


def card_component(card: Card, *, lead: bool = False) -> JSON:
    """The card's component; it holds for as long as the card has its id and its topic."""
    here = f"/cards/{card['snippet_id']}"
    topic, podcast = card["topic_id"], {"path": f"{here}/podcastId"}
    listen = {"topicId": topic, "snippetId": card["snippet_id"], "podcastId": podcast}
    return {
        "id": card_id(card["snippet_id"]),
        "component": "EpisodeCard",
        "snippetId": card["snippet_id"],
        "topicId": topic,
        **{name: {"path": f"{here}/{name}"} for name in BOUND},
        "listen": {"event": {"name": "listen", "context": listen}},
        "explore": {"event": {"name": "explore", "context": {"topicId": topic}}},
        "emphasis": "lead" if lead else "standard",
        "accessibility": {"label": {"path": f"{here}/title"}},
    }


def card_data(card: Card, label: str, wanted: int = USUAL_MINUTES) -> JSON:
    """What stands at ``/cards/<snippet_id>``.

    ``label`` is what the card's category is called; ``wanted`` how many minutes the listener wants
    to hear at most. An episode is written to that, so a story that could fill more is not longer;
    one that is there is as long as it is.
    """
    state, words = _state(card)
    episode = card.get("episode")
    return {
        "title": card["title"],
        "sentences": [_sentence(each["text"], each["citations"]) for each in card["sentences"]],
        "category": card["category"] or "",
        "categoryLabel": _clip(label, 60),
        "cover": _picture(card["image_url"]),
        "ink": card["cover"]["ink"] if card["cover"] else "light",
        "minutes": _length(card, wanted),
        "sourceNames": _clip(", ".join(_publishers(card)), 600),
        "spread": card["spread"],
        "state": state,
        "stateText": words,
        "progress": 1 if state == "ready" else 0,
        "podcastId": episode["podcast_id"] if episode and state != "idle" else "",
    }


def row_component(entry: EpisodeEntry) -> JSON:
    """An episode's row."""
    here, podcast = f"/episodes/{entry['podcast_id']}", entry["podcast_id"]
    return {
        "id": f"episode-{podcast}",
        "component": "EpisodeRow",
        "podcastId": podcast,
        **{name: {"path": f"{here}/{name}"} for name in ROW_BOUND},
        "open": {"event": {"name": "open_episode", "context": {"podcastId": podcast}}},
        "accessibility": {"label": {"path": f"{here}/title"}},
    }


def row_data(entry: EpisodeEntry) -> JSON:
    """What stands at ``/episodes/<podcast_id>``."""
    return {
        "title": _clip(entry["title"] or entry["topic"], 300),
        "status": STATUS_WORDS.get(entry["status"], ""),
        "state": STATES.get(entry["status"], ("idle", ""))[0],
        "date": _date(entry.get("created_at")),
        "minutes": _minutes(entry["duration_seconds"]),
        "cover": _picture(entry.get("cover_url")),
    }


def _date(moment: str | None) -> str:
    """The day, in words; empty where it is not known."""
    if not moment:
        return ""
    day = datetime.fromisoformat(moment)
    return f"{day.day} {day:%B %Y}"


def _state(card: Card) -> tuple[str, str]:
    episode = card.get("episode")
    return STATES.get(episode["status"], ("idle", "")) if episode else ("idle", "")


def _length(card: Card, wanted: int) -> int:
    episode = card.get("episode")
    if episode and _state(card)[0] == "ready" and episode["duration_seconds"]:
        return _minutes(episode["duration_seconds"])
    return min(wanted, _minutes(card["estimated_full_podcast_length"]) or wanted)


def _sentence(text: str, citations: list[Citation]) -> JSON:
    """The sentence and the first of what it rests on: one mark leads to one source."""
    if not citations:
        return {"text": text, "source": "", "url": "", "quote": ""}
    cited = citations[0]
    return {
        "text": text,
        "source": _clip(cited["publisher"] or cited["source_title"], 200),
        "url": _web(cited["source_url"]),
        "quote": _clip(cited["quote"], 1000),
    }


def _publishers(card: Card) -> list[str]:
    """Who is cited, each once, in the order of the sentences."""
    cited = [each for sentence in card["sentences"] for each in sentence["citations"]]
    return list(dict.fromkeys(each["publisher"] for each in cited if each["publisher"]))


def _minutes(seconds: float | None) -> int:
    """Whole minutes, at least one; 0 where nothing is known."""
    return min(MOST_MINUTES, max(1, round(seconds / 60))) if seconds else 0


def _clip(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _web(address: str | None) -> str:
    """An address that a link may lead to; empty where that is none."""
    fine = address is not None and _WEB.fullmatch(address) and len(address) <= LONGEST_URL
    return str(address) if fine else ""


def _picture(address: str | None) -> str:
    """An address of a picture, ours or signed; empty where that is none."""
    fine = address is not None and _PICTURE.fullmatch(address) and len(address) <= LONGEST_URL
    return str(address) if fine else ""
