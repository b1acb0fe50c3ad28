"""Settings of the audio stream feeder."""

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from sql.settings import DatabaseSettings
from streamer.media.settings import MediaSettings


class StreamerSettings(DatabaseSettings, MediaSettings):
    """Where ASF listens, and what it asks of its listeners."""

    model_config = SettingsConfigDict(
        env_prefix="AETHERCAST_",
        env_file=".aethercast/env",
        extra="ignore",
        use_attribute_docstrings=True,
    )

    secret_key: SecretStr
    """Signs stream capabilities and internal notifications. Has no default."""

    asf_host: str = "127.0.0.1"
    """Address the stream server listens on."""

    asf_port: int = 8010
    """Port the stream server listens on."""

    asf_allowed_origins: str = ""
    """Origins whose pages may open a stream, separated by commas; empty lets every page."""

    asf_max_listeners: int = Field(default=10_000, ge=1)
    """Listeners one process serves at once; each needs an open file (`ulimit -n`)."""

    asf_max_listeners_per_caller: int = Field(default=100, ge=1)
    """Listeners one user may have at once; those without a name share it by stream."""

    asf_listener_bytes_per_second: int = Field(default=16 * 1024 * 1024, ge=0)
    """How fast a listener may catch up with what is recorded, in bytes a second; 0 for no limit."""

    asf_send_timeout_seconds: float = Field(default=20.0, gt=0)
    """How long one message may wait for a listener who does not read, in seconds."""

    asf_longest_pause_seconds: float = Field(default=3600.0, gt=0)
    """How long a listener may pause before the connection is given up, in seconds."""

    asf_heartbeat_seconds: float = Field(default=20.0, gt=0)
    """Between two pings; a listener who does not answer one for as long is gone. In seconds."""

    asf_poll_seconds: float = Field(default=5.0, gt=0)
    """How often each followed stream is looked up besides notifications, in seconds."""

    asf_database_seconds: float = Field(default=10.0, gt=0)
    """How long a look at the record may take before it is given up and begun anew, in seconds."""

    asf_media_seconds: float = Field(default=60.0, ge=0)
    """How long listeners wait for a media store that is away, in seconds; then they are told."""

    asf_stalled_seconds: float = Field(default=120.0, gt=0)
    """How long a voice may be silent with nobody at work on it until listeners are told, s."""

    asf_unbegun_seconds: float = Field(default=600.0, gt=0)
    """The same where no voice has begun, or no agent is asked for anything: sources are read."""

    asf_client_message_bytes: int = Field(default=1024, ge=64)
    """The longest message a listener may send, in bytes."""

    asf_client_messages_per_minute: int = Field(default=120, ge=1)
    """How many messages a listener may send in a minute."""

    asf_cache_bytes: int = Field(default=64 * 1024 * 1024, ge=0)
    """Stream segments kept in memory for the next listener, in bytes."""

    @property
    def origins(self) -> frozenset[str]:
        """The allowed origins; empty for all."""
        names = self.asf_allowed_origins.split(",")
        return frozenset(name.strip().rstrip("/") for name in names if name.strip())
