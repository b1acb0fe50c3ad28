"""Who speaks, and through which model."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from agents.aims.client import AimsClient
from agents.vfa.errors import UnknownSpeaker


class VoiceParams(BaseModel):
    """What a caller wants of the voices; what concerns others is let through unread."""

    model_config = ConfigDict(extra="ignore")

    host_a: str = "heart"
    host_b: str = "michael"
    rate: float = Field(default=1.0, ge=0.5, le=2.0)


@dataclass(frozen=True)
class Role:
    """One speaker's voice and the model behind it."""

    voice: str
    model: str
    rate: float


class Cast:
    """The roles by speaker."""

    def __init__(self, roles: dict[str, Role]) -> None:
        self._roles = roles

    @classmethod
    def assign(cls, params: dict[str, Any], client: AimsClient) -> "Cast":
        """Give each host a voice that the model service has.

        Raises:
            UnknownSpeaker: there is no such voice.
            AimsUnavailable, AimsTooSlow: try again later (retryable).
        """
        wanted = VoiceParams.model_validate(params)
        models = client.models(wanted.host_a, wanted.host_b)
        roles = {}
        for host, name in (("host_a", wanted.host_a), ("host_b", wanted.host_b)):
            if name not in models:
                known = ", ".join(sorted(models))
                raise UnknownSpeaker(f"There is no voice “{name}”. There are: {known}.")
            roles[host] = Role(name, models[name], wanted.rate)
        return cls(roles)

    def role_of(self, speaker: str) -> Role:
        """The role of a speaker. Raises UnknownSpeaker."""
        try:
            return self._roles[speaker]
        except KeyError:
            raise UnknownSpeaker(f"The script has a speaker “{speaker}” nobody plays.") from None
