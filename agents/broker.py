"""Where the message broker is."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class BrokerSettings(BaseSettings):
    """Settings of every process that sends or takes Celery messages."""

    model_config = SettingsConfigDict(
        env_prefix="AETHERCAST_",
        env_file=".aethercast/env",
        extra="ignore",
        use_attribute_docstrings=True,
    )

    broker_url: str = "redis://127.0.0.1:46379/0"
    """URL of the Redis that carries the agents' messages."""
