"""The signed link to an episode's page."""

from datetime import datetime, timedelta
from uuid import UUID

from api.capability import sign, verify
from api.settings import FacadeSettings

PURPOSE = "episode"


def episode_url(settings: FacadeSettings, workflow_id: UUID, issued_at: datetime) -> str:
    """A link that opens the page without a token, good for AETHERCAST_EPISODE_LINK_DAYS."""
    expires_at = issued_at + timedelta(days=settings.episode_link_days)
    key = sign(settings.secret, PURPOSE, int(expires_at.timestamp()), str(workflow_id))
    return f"{settings.public_url}/episodes/{workflow_id}?key={key}"


def opens(settings: FacadeSettings, workflow_id: UUID, key: str) -> bool:
    """Whether ``key`` was issued for that episode.

    Raises:
        CapabilityInvalid, CapabilityExpired.
    """
    return verify(settings.secret, PURPOSE, key) == [str(workflow_id)]
