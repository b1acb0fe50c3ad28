"""What a model is asked to fill in. Models cite by quoting; quotes become spans afterwards.

Every object is closed and every property required, as strict modes of vendors demand.
"""

from agents.aims.text.request import Json
from agents.aims.text.tasks import OUTLINE, PART, SNIPPET


def _object(**properties: Json) -> Json:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: Json) -> Json:
    return {"type": "array", "items": items}


_TEXT: Json = {"type": "string"}
_PASSAGE = _object(source_id=_TEXT, first_sentence=_TEXT, last_sentence=_TEXT)
_CITATION = _object(source_id=_TEXT, quote=_TEXT)
_LINE = _object(
    speaker={"type": "string", "enum": ["host_a", "host_b"]},
    kind={"type": "string", "enum": ["fact", "connective"]},
    text=_TEXT,
    citations=_list(_CITATION),
)

ASKED: dict[str, Json] = {
    OUTLINE: _object(
        title=_TEXT,
        summary=_TEXT,
        parts=_list(
            _object(heading=_TEXT, passages=_list(_PASSAGE), target_words={"type": "integer"})
        ),
    ),
    PART: _object(heading=_TEXT, lines=_list(_LINE)),
    SNIPPET: _object(
        title=_TEXT,
        title_source=_CITATION,
        sentences=_list(_object(text=_TEXT, source_id=_TEXT, quote=_TEXT)),
        cover_prompt=_TEXT,
    ),
}
