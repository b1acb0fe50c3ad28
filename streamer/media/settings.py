"""Where the media are."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


def _beside_the_checkout() -> str:
    return (Path.cwd() / ".aethercast" / "media").as_uri()


class MediaSettings(BaseSettings):
    """Settings of every process that reads or writes media."""

    model_config = SettingsConfigDict(
        env_prefix="AETHERCAST_", env_file=".aethercast/env", extra="ignore"
    )

    media_url: str = Field(default_factory=_beside_the_checkout)
    """The media store: `file:///folder` or `gs://bucket/prefix`."""
