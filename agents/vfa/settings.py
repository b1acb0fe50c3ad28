"""Settings of the voice forge."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class VoiceSettings(BaseSettings):
    """How far ahead lines are spoken, and how long the script is waited for."""

    model_config = SettingsConfigDict(
        env_prefix="AETHERCAST_",
        env_file=".aethercast/env",
        extra="ignore",
        use_attribute_docstrings=True,
    )

    voice_lines_ahead: int = Field(default=8, ge=1, le=64)
    """Lines handed to the model service before the first of them is recorded."""

    voice_buffer_seconds: float = Field(default=2.0, ge=0)
    """What a listener is expected to have in hand before playing, in seconds."""

    voice_patience_seconds: float = Field(default=3.0, gt=0)
    """How long the voice waits for the next part before it gives its slot back, in seconds."""

    voice_return_seconds: float = Field(default=1.0, gt=0)
    """After how long a voice that gave its slot back looks again, in seconds."""

    voice_poll_seconds: float = Field(default=1.0, gt=0)
    """How often the script is looked up besides notifications, in seconds."""

    script_overdue_seconds: float = Field(default=600.0, gt=0)
    """How long a script may show no sign of life before the voice gives up, in seconds."""

    line_timeout_seconds: float = Field(default=300.0, gt=0)
    """How long the model service may take over one line that a listener waits for, in seconds."""
