"""What an operator may set about the refreshing of the pool."""

from functools import cache

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class RefreshSettings(BaseSettings):
    """When new topics are looked for."""

    model_config = SettingsConfigDict(
        env_prefix="AETHERCAST_",
        env_file=".aethercast/env",
        extra="ignore",
        use_attribute_docstrings=True,
    )

    snippets_schedule: str = "7,37 * * * *"
    """When the pool of cards is refreshed by itself: a cron expression, in UTC. Empty: never; then
    it is refreshed where somebody comes and finds it stale or short."""

    refresh_rest_seconds: float = Field(default=60.0, ge=0)
    """How long nobody need ask for another refresh after one that made cards."""

    refresh_idle_seconds: float = Field(default=900.0, ge=0)
    """The same after one that found nothing new, where there are cards."""


@cache
def refresh_settings() -> RefreshSettings:
    """The settings of this process, read once: before it forks its tasks, where it does."""
    return RefreshSettings()
