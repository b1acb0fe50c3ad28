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
    """Airflow's own API server."""

    airflow_user: str = "aethercast"
    """User as whom a flow speaks to Airflow: it writes the note on a run, and clears a step that
    has to follow another."""

    airflow_password: SecretStr = SecretStr("")
    """That user's password."""

    operator_subject: str = Field(default="local", min_length=1, max_length=255)
    """Whose the episodes are that `airflow_user`, a schedule or the command line starts in Airflow:
    the subject of that person's tokens. The token of the quick start has the default. What another
    Airflow user starts belongs to the subject of that name."""

    flow_wait_seconds: float = Field(default=4.0, ge=0)
    """How long a task waits for its agent on its worker before it defers to the triggerer."""


@cache
def flow_settings() -> FlowSettings:
    """The settings of this process, read once."""
    return FlowSettings()  # type: ignore[call-arg]
