"""Which voices there are, so that a wrong name is refused at the door and not after the work."""

import time
from dataclasses import dataclass

import httpx
import structlog

from api.json_body import at, refused
from api.podcasts.preferences import Voices
from api.settings import FacadeSettings

SECONDS_KEPT = 60.0
SECONDS_TO_ANSWER = 2.0

log = structlog.get_logger()


@dataclass
class VoiceBook:
    """The model service's voices, as it last told them."""

    http: httpx.AsyncClient
    settings: FacadeSettings
    _known: frozenset[str] = frozenset()
    _until: float = 0.0

    async def check(self, wanted: Voices, place: str = "user_preferences") -> None:
        """Refuse a voice that the model service does not have; ``place`` is where it was named.

        While the service does not answer, any name passes: the voice agent checks again.

        Raises:
            InvalidRequest: there is no such voice; the detail lists those there are.
        """
        known = await self._voices()
        errors = [
            at(
                f"{place}/voices/{host}",
                f"There is no voice {name!r}. There are: {', '.join(sorted(known))}.",
            )
            for host, name in wanted.model_dump().items()
            if known and name not in known
        ]
        if errors:
            raise refused(*errors)

    async def _voices(self) -> frozenset[str]:
        if time.monotonic() > self._until:
            try:
                self._known = await self._ask()
                self._until = time.monotonic() + SECONDS_KEPT
            except (httpx.HTTPError, ValueError, KeyError, TypeError) as problem:
                log.warning("voices.unavailable", problem=str(problem))
        return self._known

    async def _ask(self) -> frozenset[str]:
        token = self.settings.service_token.get_secret_value()
        answer = await self.http.get(
            f"{self.settings.aims_url}/v1/voices",
            headers={"Authorization": f"Bearer {token}"},
            timeout=SECONDS_TO_ANSWER,
        )
        answer.raise_for_status()
        return frozenset(str(voice["name"]) for voice in answer.json()["voices"])
