"""Settings of the card maker."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from agents.pswa.settings import ScriptSettings


class SnippetSettings(ScriptSettings):
    """Who writes the cards, and how long that may take."""

    model_config = SettingsConfigDict(
        env_prefix="AETHERCAST_",
        env_file=".aethercast/env",
        extra="ignore",
        use_attribute_docstrings=True,
        protected_namespaces=(),
    )

    snippet_timeout_seconds: float = Field(default=30.0, gt=0)
    """How long the model service may take over one card, in seconds."""
