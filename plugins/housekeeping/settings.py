"""How long what is over is kept. A run may be given other lengths by its params."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class HousekeepingSettings(BaseSettings):
    """How long the house keeps what nobody needs any more."""

    model_config = SettingsConfigDict(
        env_prefix="AETHERCAST_KEEP_",
        env_file=".aethercast/env",
        extra="ignore",
        use_attribute_docstrings=True,
    )

    media_hours: float = Field(default=24.0, ge=1)
    """How long a media object stays after the last thing that referred to it."""

    streams_hours: float = Field(default=24.0, ge=1)
    """How long the bytes of a stream stay after it expired; its episode stays anyway."""

    uploads_days: float = Field(default=30.0, ge=2)
    """How long a file or text that was handed in waits to be used in a podcast."""

    dispatches_days: float = Field(default=30.0, ge=1)
    """How long a finished agent task is remembered, unless its key lives longer."""

    sessions_days: float = Field(default=30.0, ge=0)
    """How long a session that ended stays: the next one takes over its preferences."""

    cards_days: float = Field(default=30.0, ge=1)
    """How long a card that left the pool stays with what it was told from, unless an episode was
    made of it; a topic of which no card came; and a refresh of which nothing stands any more."""

    news_days: float = Field(default=14.0, ge=6)
    """How long a feed's entry stays after the feed last had it. News is proposed for five days."""

    explored_days: float = Field(default=30.0, ge=1)
    """How long a card stays on the page of the one who explored it; of one person the newest
    hundred at most."""

    events_days: float = Field(default=7.0, ge=1)
    """How long the events of a finished podcast can be followed one by one, after the last."""
