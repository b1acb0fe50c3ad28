"""The signed link to an episode's page, which the facade serves and Airflow's buttons lead to."""

from datetime import datetime, timedelta
from uuid import UUID

from streamer.permission import sign, verify

PURPOSE = "episode"
LIFETIME = timedelta(days=30)


def episode_url(secret: str, public_url: str, workflow_id: UUID, issued_at: datetime) -> str:
    """A link that opens the page for whoever has it, for thirty days.

    Args:
        secret: the secret key that all services share.
        public_url: where callers reach the facade.
        workflow_id: the episode's.
        issued_at: with a time zone.
    """
    expires_at = int((issued_at + LIFETIME).timestamp())
    key = sign(secret.encode(), PURPOSE, expires_at, str(workflow_id))
    return f"{public_url.rstrip('/')}/episodes/{workflow_id}?key={key}"


def workflow_of(secret: str, key: str) -> UUID:
    """The workflow that ``key`` was issued for.

    Raises:
        PermissionForged, PermissionOver.
    """
    [workflow_id] = verify(secret.encode(), PURPOSE, key)
    return UUID(workflow_id)


def opens(secret: str, workflow_id: UUID, key: str) -> bool:
    """Whether ``key`` was issued for that episode.

    Raises:
        PermissionForged, PermissionOver.
    """
    return verify(secret.encode(), PURPOSE, key) == [str(workflow_id)]
