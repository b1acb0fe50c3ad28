"""What an operator may set about the flows. Names in the environment begin with AETHERCAST_."""

from functools import cache

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from sql.settings import DatabaseSettings


class FlowSettings(DatabaseSettings):
    """Settings of our code inside Airflow's processes."""

    model_config = SettingsConfigDict(
        env_prefix="AETHERCAST_",
        env_file=".aethercast/env",
        extra="ignore",
        use_attribute_docstrings=True,
    )

    secret_key: SecretStr
    """Signs what we tell the audio stream feeder. Has no default."""

    service_token: SecretStr
    """Bearer token between our own services. Has no default."""

    agents_url: str = "http://127.0.0.1:8020"
    """The agents' task status service."""

    asf_url: str = "http://127.0.0.1:8010"
    """The audio stream feeder's internal door."""

    public_url: str = "http://127.0.0.1:8000"
    """Where people reach the facade; links in Airflow begin with it."""

    airflow_url: str = "http://127.0.0.1:8080"
    """Airflow's own API server, for the note on a run."""

    airflow_user: str = "aethercast"
    """User as whom the note is written."""

    airflow_password: SecretStr = SecretStr("")
    """That user's password."""

    flow_wait_seconds: float = Field(default=4.0, ge=0)
    """How long a task waits for its agent on its worker before it defers to the triggerer."""


@cache
def flow_settings() -> FlowSettings:
    """The settings of this process, read once."""
    return FlowSettings()  # type: ignore[call-arg]
