"""Settings of the script weaver."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from agents.aims.text.settings import TextSettings


class ScriptSettings(TextSettings):
    """How fast the voices speak, so that an episode lasts as long as asked; and who writes."""

    model_config = SettingsConfigDict(
        env_prefix="AETHERCAST_",
        env_file=".aethercast/env",
        extra="ignore",
        use_attribute_docstrings=True,
        protected_namespaces=(),
    )

    words_per_minute: float = Field(default=204.0, gt=60, lt=400)
    """Pace of the voices while they sound, pauses between lines not counted. The embedded voices
    were measured at 204 over two episodes."""

    line_pause_seconds: float = Field(default=0.3, ge=0)
    """Pause between two lines of one host, in seconds."""

    turn_pause_seconds: float = Field(default=0.4, ge=0)
    """Pause where the other host takes over, in seconds."""

    part_pause_seconds: float = Field(default=0.85, ge=0)
    """Pause between two parts, in seconds."""

    script_timeout_seconds: float = Field(default=204.0, gt=0)
    """How long the model service may take over the plan or over one part, in seconds."""

    @property
    def writer_name(self) -> str:
        """Which model is asked to write."""
        names = {"grounded": "", "openai": self.openai_model, "vertex": self.vertex_model}
        return f"{self.text_backend}:{names[self.text_backend]}".rstrip(":")
