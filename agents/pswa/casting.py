"""Who plays the hosts, and so who may open: a voice whose lines are there at once."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from agents.aims.client import AimsClient
from agents.aims.text.pacing import HOSTS
from agents.aims.text.tasks import Speaker
from agents.pswa.script import Preferences
from agents.pswa.settings import ScriptSettings

USUAL: dict[Speaker, str] = {"host_a": "heart", "host_b": "michael"}
"""Who plays where nothing else is asked for; the voice's own default."""
MEASURED = "embedded"
DRAWL = {
    "heart": 0.98, "michael": 1.07, "emma": 0.93, "george": 1.15, "fenrir": 1.00, "puck": 0.98,
    "bella": 1.04, "nicole": 1.53, "isabella": 0.98, "fable": 1.09,
}  # fmt: skip
"""How many times longer than the usual pace says the embedded voices speak: the first four measured
over episodes, the others over five sentences, where those four were within 4 % of the episodes."""
SECONDS_KEPT = 60.0


@dataclass(frozen=True)
class Casting:
    """Who speaks the first line, whose voice takes its time, and how fast they speak.

    ``paced`` says that this is known; ``drawl`` is how many times longer than the usual pace says
    a host speaks.
    """

    opens: Speaker = "host_a"
    slow: tuple[Speaker, ...] = ()
    paced: bool = True
    drawl: dict[Speaker, float] = field(default_factory=dict)

    @classmethod
    def of(cls, preferences: Preferences, voices: "Voices", settings: ScriptSettings) -> "Casting":
        """The casting of an episode, by the voices that the model service has.

        A voice of which nothing is known counts as fast. The usual pace was measured on the
        embedded voices; of others it is known where an operator has set it, and then holds for
        both hosts.
        """
        played = {host: str(preferences.voices.get(host) or USUAL[host]) for host in HOSTS}
        casting = cls.by_speed([h for h in HOSTS if not voices.fast.get(played[h], True)])
        if "words_per_minute" in settings.model_fields_set:
            return casting
        ours = voices.backend == MEASURED
        drawl = {host: DRAWL[name] for host, name in played.items() if ours and name in DRAWL}
        return replace(casting, paced=len(drawl) == len(HOSTS), drawl=drawl)

    @classmethod
    def by_speed(cls, slow: Sequence[Speaker]) -> "Casting":
        """The casting where these hosts' voices take their time."""
        opens = next((host for host in HOSTS if host not in slow), HOSTS[0])
        return cls(opens, tuple(host for host in HOSTS if host in slow))

    def as_parameters(self) -> dict[str, Any]:
        """What the text tasks are told."""
        return {"opens": self.opens, "slow": list(self.slow), "drawl": self.drawl}


@dataclass(frozen=True)
class Voices:
    """The model service's voices: whose they are, and whether each is fast."""

    backend: str = ""
    fast: dict[str, bool] = field(default_factory=dict)


@dataclass
class VoiceBook:
    """The voices as the model service last told them."""

    client: AimsClient
    _known: Voices = field(default_factory=Voices)
    _until: float = 0.0

    def read(self) -> Voices:
        """The voices.

        Raises:
            AimsUnavailable, AimsTooSlow: try again later (retryable).
        """
        if time.monotonic() > self._until:
            told = self.client.voices()
            fast = {str(each["name"]): bool(each.get("fast", True)) for each in told["voices"]}
            self._known = Voices(str(told.get("backend", "")), fast)
            self._until = time.monotonic() + SECONDS_KEPT
        return self._known
