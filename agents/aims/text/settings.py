"""Which model writes, and where it is."""

from typing import Literal

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class TextSettings(BaseSettings):
    """Settings of the text side of AIMS."""

    model_config = SettingsConfigDict(
        env_prefix="AETHERCAST_",
        env_file=".aethercast/env",
        extra="ignore",
        use_attribute_docstrings=True,
    )

    text_backend: Literal["grounded", "openai", "vertex"] = "grounded"
    """Who writes: the embedded extractive writer, an OpenAI-compatible server, or Vertex AI."""

    text_timeout_seconds: float = 120.0
    """How long a model may take over one answer."""

    openai_url: str = "https://api.openai.com/v1"
    """Base URL of an OpenAI-compatible server (vLLM, Ollama, llama.cpp, LiteLLM …)."""

    openai_api_key: SecretStr = SecretStr("")
    """Bearer key for that server; empty where it asks for none."""

    openai_model: str = ""
    """The model's name on that server."""

    vertex_url: str = ""
    """Base URL of Vertex AI; empty means the public endpoint of `vertex_location`."""

    vertex_project: str = ""
    """Google Cloud project that pays for Vertex AI."""

    vertex_location: str = "us-central1"
    """Region of Vertex AI."""

    vertex_model: str = "gemini-2.5-flash"
    """The Gemini model that writes."""

    vertex_access_token: SecretStr = SecretStr("")
    """OAuth token for Vertex AI; empty means Google's application default credentials."""
