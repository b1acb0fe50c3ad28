"""What a caller likes, as a session keeps it, and where it acts.

It acts in three places: the order of cards, what is discovered next, and the defaults of
POST /podcasts (docs/CONTRACTS.md, "Preferences").
"""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from api.podcasts.preferences import Minutes, Preferences, Voices

MOST_CATEGORIES = 15
OF_EPISODES = ("format", "length_minutes", "voices", "language", "cover")
"""What says how an episode should be; the rest says what a page should show."""

JSON: TypeAlias = Any
Category = Annotated[str, Field(pattern=r"^[a-z]{3,20}$")]
Categories = Annotated[
    list[Category],
    Field(max_length=MOST_CATEGORIES, json_schema_extra={"uniqueItems": True}),
]


class PreferencesOfSession(BaseModel):
    """What is not there was never set: then the built-in defaults hold."""

    model_config = ConfigDict(
        extra="forbid", strict=True, use_attribute_docstrings=True,
        json_schema_extra={"examples": [{"liked": ["food"], "muted": [], "length_minutes": 3}]},
    )  # fmt: skip

    liked: Categories = []
    """Categories to see more of."""
    muted: Categories = []
    """Categories never to see; none of those that are liked."""
    format: Literal["deep_dive", "brief"] | None = None
    """How an episode goes about its topic, unless it is asked for otherwise."""
    length_minutes: Minutes | None = None
    """Length of an episode in minutes, unless it is asked for otherwise."""
    voices: Voices | None = None
    """Who speaks, unless it is asked for otherwise."""
    language: Literal["en"] | None = None
    """The language spoken."""
    cover: bool | None = None
    """Whether an episode gets a picture, unless it is asked for otherwise."""
    theme: Literal["light", "dark"] | None = None
    """Colours of the pages; not set: as the browser has it."""

    @field_validator("liked", "muted")
    @classmethod
    def _differ(cls, names: list[str]) -> list[str]:
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"{twice[0]} stands there twice")
        return names

    @field_validator("muted")
    @classmethod
    def _not_liked(cls, muted: list[str], info: ValidationInfo) -> list[str]:
        both = sorted(set(muted) & set(info.data.get("liked", ())))
        if both:
            raise ValueError(f"{both[0]} is liked; it cannot be muted too")
        return muted

    def told(self) -> dict[str, JSON]:
        """As an answer tells it and a session keeps it: without what was never set."""
        said: dict[str, JSON] = self.model_dump(exclude_none=True)
        return said


def merge_patch(target: JSON, patch: JSON) -> JSON:
    """JSON Merge Patch (RFC 7396, section 2): null takes away, an object goes into an object."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge_patch(merged.get(name), value)
    return merged


def read_preferences(kept: JSON) -> PreferencesOfSession:
    """What a session keeps; of what an older version kept, all that still has a meaning."""
    known = kept if isinstance(kept, dict) else {}
    try:
        return PreferencesOfSession.model_validate(known)
    except ValidationError:
        sound = {name: value for name, value in known.items() if _holds({name: value})}
        if not _holds(sound):  # what is liked and muted: to mute is the stronger word
            sound["liked"] = [name for name in sound["liked"] if name not in sound["muted"]]
        return PreferencesOfSession.model_validate(sound)


def with_defaults(given: Preferences, session: PreferencesOfSession) -> Preferences:
    """How an episode is to be: as given, else as the session has it, else the built-in default."""
    usual = {
        name: value
        for name in OF_EPISODES
        if name not in given.model_fields_set and (value := getattr(session, name)) is not None
    }
    return given.model_copy(update=usual)


def _holds(kept: dict[str, JSON]) -> bool:
    try:
        PreferencesOfSession.model_validate(kept)
    except ValidationError:
        return False
    return True
