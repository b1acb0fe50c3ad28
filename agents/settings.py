"""Settings of the agents' processes: Celery workers and the task status service."""

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from agents.broker import BrokerSettings
from agents.idempotency import Terms
from sql.settings import DatabaseSettings
from streamer.media.settings import MediaSettings


class AgentSettings(DatabaseSettings, BrokerSettings, MediaSettings):
    """Settings of a worker."""

    model_config = SettingsConfigDict(
        env_prefix="AETHERCAST_",
        env_file=".aethercast/env",
        extra="ignore",
        use_attribute_docstrings=True,
    )

    service_token: SecretStr
    """Bearer token between our own services. Has no default."""

    aims_url: str = "http://127.0.0.1:8030"
    """The model service."""

    agents_url: str = "http://127.0.0.1:8020"
    """The task status service."""

    lease_seconds: float = Field(default=12.0, gt=0)
    """How long a key stays with an owner that no longer renews, in seconds."""

    attempts_cap: int = Field(default=6, ge=1)
    """How often one key may be claimed before its last error becomes final."""

    key_retention_days: float = Field(default=30.0, gt=0)
    """How long a key and its result are kept after the last change, in days."""

    @property
    def terms(self) -> Terms:
        """The terms on which keys are claimed."""
        return Terms(self.lease_seconds, self.attempts_cap, self.key_retention_days * 86_400)


class StatusSettings(AgentSettings):
    """Settings of the task status service."""

    status_host: str = "127.0.0.1"
    """Address the task status service listens on."""

    status_port: int = 8020
    """Port the task status service listens on."""

    agent_queues: str = "pswa,vfa,iga,tda,sca,duia"
    """The queues a ready system has a worker for, separated by commas."""

    resend_after_seconds: float = Field(default=5.0, gt=0)
    """How long a dispatch may stay unclaimed before it is sent again, in seconds."""

    resend_ceiling_seconds: float = Field(default=30.0, gt=0)
    """The longest pause between two sends of an unclaimed dispatch, in seconds."""

    @property
    def queues(self) -> frozenset[str]:
        """The expected queues by name."""
        return frozenset(name.strip() for name in self.agent_queues.split(",") if name.strip())
