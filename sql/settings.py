"""Where the database is."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class DatabaseSettings(BaseSettings):
    """Settings of every process that reads or writes PostgreSQL."""

    model_config = SettingsConfigDict(
        env_prefix="AETHERCAST_", env_file=".aethercast/env", extra="ignore"
    )

    database_url: str = "postgresql://aethercast@127.0.0.1:45432/aethercast"
    """libpq URL of Aethercast's own database."""

    database_pool_size: int = 8
    """Connections a process may hold at once."""
