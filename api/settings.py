"""What an operator may set about the facade. Names in the environment begin with AETHERCAST_."""

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from api.limits.rates import Rate, read_rate
from api.origins import origin_of, read_origins
from sql import DatabaseSettings
from streamer.media import MediaSettings

SHORTEST_SECRET = 32


class FacadeSettings(DatabaseSettings, MediaSettings):
    """Settings of `python -m api`. Read once, at start; a bad value stops it with a message."""

    model_config = SettingsConfigDict(
        env_prefix="AETHERCAST_",
        env_file=".aethercast/env",
        extra="ignore",
        use_attribute_docstrings=True,
    )

    secret_key: SecretStr
    """Signs bearer tokens, media URLs and stream capabilities. At least 32 bytes."""

    service_token: SecretStr
    """Bearer token with which our own services speak to each other."""

    api_host: str = "127.0.0.1"
    """Address the facade listens on."""

    api_port: int = Field(default=8000, ge=1, le=65535)
    """Port the facade listens on."""

    public_url: str = "http://127.0.0.1:8000"
    """Where callers reach the facade; signed URLs begin with it."""

    public_asf_url: str = "ws://127.0.0.1:8010"
    """Where callers reach the audio stream feeder; WebSocket URLs begin with it."""

    database_wait_seconds: float = Field(default=5.0, gt=0)
    """How long a request waits for a database connection before it is answered 503."""

    airflow_url: str = "http://127.0.0.1:8080"
    """Airflow's API server, as the facade reaches it."""

    airflow_public_url: str = ""
    """Airflow's API server, as a person's browser reaches it; empty: the same as AIRFLOW_URL."""

    airflow_user: str = "aethercast"
    """User as whom the facade triggers runs."""

    airflow_password: SecretStr = SecretStr("")
    """That user's password."""

    airflow_seconds: float = Field(default=5.0, gt=0)
    """How long one request to Airflow may take."""

    broker_url: str = "redis://127.0.0.1:46379/0"
    """Redis with the agents' queues; the callers' limits are counted there too."""

    agents_url: str = "http://127.0.0.1:8020"
    """The agents' task status service; looked at by /readyz only."""

    aims_url: str = "http://127.0.0.1:8030"
    """The model-serving service; looked at by /readyz only."""

    asf_url: str = "http://127.0.0.1:8010"
    """The audio stream feeder's internal door; looked at by /readyz only."""

    max_json_bytes: int = Field(default=1 << 20, gt=0)
    """Largest request body that is not an upload."""

    max_upload_bytes: int = Field(default=25 << 20, gt=0)
    """Largest upload (the whole multipart body)."""

    max_header_bytes: int = Field(default=16 << 10, gt=0)
    """Most bytes that a request's line and headers may have together."""

    key_wait_seconds: float = Field(default=2.0, gt=0)
    """How long a request waits for another one with the same idempotency key."""

    media_link_seconds: int = Field(default=900, ge=60)
    """Longest life of a signed media URL."""

    cover_link_seconds: int = Field(default=86_400, ge=60)
    """Longest life of a signed URL of a card's cover."""

    stream_link_days: int = Field(default=7, ge=1)
    """Life of a stream and of the capability to hear it."""

    seconds_per_minute: float = Field(default=30.0, gt=0)
    """Expected seconds of work for a minute of episode, until finished episodes tell."""

    sweep_seconds: float = Field(default=1.0, gt=0)
    """How often the sweeper looks for accepted workflows without a run."""

    stale_seconds: float = Field(default=15.0, gt=0)
    """A workflow silent for so long is compared with its run in Airflow."""

    status_cache_bytes: int = Field(default=32 << 20, ge=0)
    """Memory for podcasts' statuses as they were last sent; 0: each is put together anew."""

    refresh_at_start: bool = True
    """Whether cards are ordered when everything is up and there is none."""

    refresh_on_visit: bool = True
    """Whether cards are ordered when somebody comes and finds the pool stale or short."""

    pool_fresh_minutes: float = Field(default=45.0, gt=0)
    """The pool is stale when its newest card, and the last look for new ones, are older."""

    pool_least: int = Field(default=12, ge=0)
    """The pool is short when there are fewer cards for everybody; when somebody sees fewer, only if
    the last look for new ones is as old as makes it stale."""

    first_card_seconds: float = Field(default=8.0, ge=0)
    """How long the very first visit, with no card there at all, waits for one."""

    pages_cache_bytes: int = Field(default=32 << 20, ge=0)
    """Memory for pages of cards as they were last sent; 0: each is put together anew."""

    events_heartbeat_seconds: float = Field(default=15.0, gt=0)
    """An event stream says so often that it is alive when there is nothing else to say."""

    events_seconds: float = Field(default=900.0, gt=0)
    """An event stream ends after so long; its client comes back, and shows again who it is."""

    events_per_caller: int = Field(default=16, ge=1)
    """Event streams a caller may have open at once, counted by each facade process."""

    allowed_origins: str = ""
    """Origins whose pages may use the API from a browser, separated by commas; the facade's own
    may anyway."""

    trusted_proxies: str = ""
    """Addresses of reverse proxies whose X-Forwarded-For and -Proto are believed, separated by
    commas."""

    limit_reads: str = "6000/minute"
    """How often a caller may read (GET), counted by each facade process; empty: without limit."""

    limit_writes: str = "300/minute"
    """How often a caller may create or cancel; empty: without limit."""

    limit_uploads: str = "60/minute"
    """How many files a caller may hand in; empty: without limit."""

    limit_attempts: str = "300/minute"
    """How many wrong tokens and login codes an address may try; empty: without limit."""

    quota_open_podcasts: int = Field(default=50, ge=0)
    """Podcasts a caller may have in the making at once; 0: without limit."""

    quota_daily_podcasts: int = Field(default=500, ge=0)
    """Podcasts a caller may ask for within 24 hours; 0: without limit."""

    quota_stored_bytes: int = Field(default=4 << 30, ge=0)
    """Bytes of sources that a caller may have stored here; 0: without limit."""

    quota_open_explores: int = Field(default=3, ge=0)
    """Explorations a caller may have at work at once; 0: without limit."""

    quota_daily_explores: int = Field(default=100, ge=0)
    """Explorations a caller may ask for within 24 hours; 0: without limit."""

    login_code_minutes: int = Field(default=15, ge=1)
    """How long a printed login link holds, in minutes."""

    session_days: int = Field(default=30, ge=1)
    """How long a browser stays signed in at most, in days."""

    session_idle_days: int = Field(default=7, ge=1)
    """How long a browser that is not used stays signed in, in days."""

    drain_seconds: float = Field(default=1.0, ge=0)
    """How long /readyz says no, and requests are still taken, before the door closes."""

    shutdown_seconds: int = Field(default=20, ge=1)
    """How long requests under way may take to finish when the facade is told to stop."""

    log_level: str = "INFO"
    """Least level that is logged: DEBUG, INFO, WARNING or ERROR."""

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value().encode()) < SHORTEST_SECRET:
            raise ValueError(f"must have at least {SHORTEST_SECRET} bytes")
        return value

    @field_validator("service_token")
    @classmethod
    def _not_empty(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value():
            raise ValueError("must not be empty")
        return value

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @field_validator(
        "public_url", "public_asf_url", "airflow_url", "airflow_public_url",
        "agents_url", "aims_url", "asf_url",
    )  # fmt: skip
    @classmethod
    def _without_slash(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://", "ws://", "wss://")):
            raise ValueError("must begin with http://, https://, ws:// or wss://")
        return value.rstrip("/")

    @field_validator("allowed_origins")
    @classmethod
    def _origins(cls, value: str) -> str:
        read_origins(value)
        return value

    @field_validator("limit_reads", "limit_writes", "limit_uploads", "limit_attempts")
    @classmethod
    def _rate(cls, value: str) -> str:
        read_rate(value)
        return value

    @property
    def origin(self) -> str:
        """The facade's own origin, as a browser writes it."""
        return origin_of(self.public_url)

    @property
    def origins(self) -> frozenset[str]:
        """The origins of others whose pages may use the API."""
        return read_origins(self.allowed_origins)

    def rate(self, kind: str) -> Rate | None:
        """How often is too often: ``reads``, ``writes``, ``uploads`` or ``attempts``."""
        return read_rate(getattr(self, f"limit_{kind}"))

    @property
    def secret(self) -> bytes:
        """The secret key as bytes."""
        return self.secret_key.get_secret_value().encode()

    @property
    def airflow_page(self) -> str:
        """Where a person opens Airflow."""
        return self.airflow_public_url or self.airflow_url
