"""Whether the pool wants refreshing, as one person's visit shows it. Pure."""

from datetime import UTC, datetime, timedelta

from api.settings import FacadeSettings
from api.snippets.look import Look
from api.snippets.view import View


def why_refresh(view: View, limit: int, settings: FacadeSettings) -> str | None:
    """``stale``, ``short``, or None where the pool is as it should be, or is being refreshed.

    Everybody's pool is short by its own number alone. That one person mutes most of it, or asks for
    more than there is, is a reason only where nobody has looked for new cards for as long as makes
    a pool stale: else that one's every visit would have the house at work.
    """
    if view.look.refreshing:
        return None
    if sum(len(each.cards) for each in view.shelves if each.user_id is None) < settings.pool_least:
        return "short"
    now = datetime.fromtimestamp(view.now, UTC)
    oldest = now - timedelta(minutes=settings.pool_fresh_minutes)
    if not was_before(view.look, oldest):
        return None
    if len(view.cards) < max(limit, settings.pool_least):
        return "short"
    newest = view.newest()
    return "stale" if newest is not None and newest.made_at < oldest else None


def was_before(look: Look, moment: datetime) -> bool:
    """Whether the last refresh, if there was one, ended before that."""
    return look.checked_at is None or look.checked_at < moment
