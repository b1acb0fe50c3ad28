"""Which voices there are, so that a wrong name is refused at the door and not after the work."""

import time
from dataclasses import dataclass

import httpx
import structlog

from api.json_body import at, refused
from api.podcasts.preferences import Voices
from api.settings import FacadeSettings

SECONDS_KEPT = 60.0
SECONDS_AWAY = 5.0
"""So long a service that did not answer is not asked again."""
SECONDS_TO_ANSWER = 2.0

log = structlog.get_logger()


@dataclass(frozen=True)
class Voice:
    """A voice that the model service has."""

    name: str
    gender: str
    """female, male or unknown."""
    accent: str
    """A language tag, such as en-GB; empty: not told."""


@dataclass
class VoiceBook:
    """The model service's voices, as it last told them."""

    http: httpx.AsyncClient
    settings: FacadeSettings
    _known: tuple[Voice, ...] = ()
    _until: float = 0.0

    async def there(self) -> tuple[Voice, ...]:
        """The voices there are, in the service's order; none where it never told any."""
        if time.monotonic() > self._until:
            try:
                self._known = await self._ask()
                self._until = time.monotonic() + SECONDS_KEPT
            except (httpx.HTTPError, ValueError, KeyError, TypeError) as problem:
                log.warning("voices.unavailable", problem=str(problem))
                self._until = time.monotonic() + SECONDS_AWAY
        return self._known

    async def check(self, wanted: Voices, place: str = "user_preferences") -> None:
        """Refuse a voice that the model service does not have; ``place`` is where it was named.

        While the service does not answer, any name passes: the voice agent checks again.

        Raises:
            InvalidRequest: there is no such voice; the detail lists those there are.
        """
        known = {each.name for each in await self.there()}
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

    async def _ask(self) -> tuple[Voice, ...]:
        token = self.settings.service_token.get_secret_value()
        answer = await self.http.get(
            f"{self.settings.aims_url}/v1/voices",
            headers={"Authorization": f"Bearer {token}"},
            timeout=SECONDS_TO_ANSWER,
        )
        answer.raise_for_status()
        return tuple(
            Voice(
                str(each["name"]), str(each.get("gender", "unknown")), str(each.get("accent", ""))
            )
            for each in answer.json()["voices"]
        )
