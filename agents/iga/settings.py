"""Who paints, and how large."""

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class ImageSettings(BaseSettings):
    """Settings of the covers."""

    model_config = SettingsConfigDict(
        env_prefix="AETHERCAST_",
        env_file=".aethercast/env",
        extra="ignore",
        use_attribute_docstrings=True,
    )

    image_backend: Literal["embedded", "vertex"] = "embedded"
    """Who paints: our own procedural painter, or an image model on Vertex AI."""

    image_pixels: int = Field(default=1400, ge=400, le=3000)
    """The longer side of a cover, in pixels. Podcast directories want 1400 to 3000."""

    image_timeout_seconds: float = Field(default=60.0, gt=0)
    """How long an image model may take over one picture."""

    vertex_url: str = ""
    """Base URL of Vertex AI; empty means the public endpoint of `vertex_location`."""

    vertex_project: str = ""
    """Google Cloud project that pays for Vertex AI."""

    vertex_location: str = "us-central1"
    """Region of Vertex AI."""

    vertex_access_token: SecretStr = SecretStr("")
    """OAuth token for Vertex AI; empty means Google's application default credentials."""

    vertex_image_model: str = "gemini-2.5-flash-image"
    """The model that paints: one of the `imagen-` or of the `gemini-…-image` family."""
