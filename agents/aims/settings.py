"""Settings of the model service."""

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from sql.settings import DatabaseSettings
from streamer.media import MediaSettings


class AimsSettings(DatabaseSettings, MediaSettings):
    """Settings of the model service; the writers' own are in `agents.aims.text`."""

    model_config = SettingsConfigDict(
        env_prefix="AETHERCAST_",
        env_file=".aethercast/env",
        extra="ignore",
        use_attribute_docstrings=True,
        protected_namespaces=(),
    )

    service_token: SecretStr
    """Bearer token between our own services. Has no default."""

    aims_host: str = "127.0.0.1"
    """Address the model service listens on."""

    aims_port: int = 8030
    """Port the model service listens on."""

    models_dir: Path = Path(".aethercast/models")
    """Folder of the embedded voices' models, filled by `python -m scripts.local.models`."""

    speech_backend: Literal["embedded", "google", "openai"] = "embedded"
    """Who speaks: embedded voices, Google Cloud Text-to-Speech, an OpenAI-compatible server."""

    speech_threads: int = Field(default_factory=lambda: min(4, os.cpu_count() or 1), ge=1, le=64)
    """Threads the embedded Kokoro voices compute with; by default as many as cores, 4 at most."""

    speech_voices: dict[str, str] = Field(default_factory=dict)
    """Our voice names to a cloud back end's own, as JSON; empty: the back end's defaults."""

    speech_timeout_seconds: float = Field(default=60.0, gt=0)
    """How long a cloud back end may take to speak one line, in seconds."""

    google_speech_url: str = "https://texttospeech.googleapis.com"
    """Where Google Cloud Text-to-Speech answers."""

    openai_speech_url: str = ""
    """Base URL of an OpenAI-compatible speech server, up to and including `/v1`."""

    openai_speech_api_key: SecretStr = SecretStr("")
    """Bearer key of that server, if it wants one."""

    openai_speech_model: str = "gpt-4o-mini-tts"
    """The model that server speaks with."""
