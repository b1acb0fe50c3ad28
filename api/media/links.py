"""Signed media URLs: no media URI ever leaves the facade."""

import re
import time
import unicodedata

from api.settings import FacadeSettings
from streamer.permission import sign, verify

PURPOSE = "media"
WINDOW = 300
"""Links issued within the same so many seconds are the same link, so that an unchanged podcast
has an unchanged status."""
COVER_WINDOW = 21_600
"""The same for covers, which a page shows by the dozen: their links are for a day."""
_EXTENSIONS = {
    "audio/mpeg": "mp3", "audio/webm": "webm", "image/png": "png", "image/jpeg": "jpg",
    "image/webp": "webp",
}  # fmt: skip


def window_of(now: float, lifetime: int, window: int = WINDOW) -> int:
    """When links issued now expire: at most ``lifetime`` from now, at least that less a window."""
    width = min(window, lifetime // 2)
    return int(now) // width * width + lifetime


def media_url(settings: FacadeSettings, uri: str, title: str, media_type: str) -> str:
    """A URL at which ``uri`` can be fetched for a while by whoever holds it."""
    expires_at = window_of(time.time(), settings.media_link_seconds)
    token = sign(settings.secret, PURPOSE, expires_at, uri, file_name(title, media_type))
    return f"{settings.public_url}/api/v1/media/{token}"


def cover_url(settings: FacadeSettings, uri: str, title: str, expires_at: int) -> str:
    """A URL of a card's cover; of one window it is the same, so a browser asks for it once."""
    token = sign(settings.secret, PURPOSE, expires_at, uri, file_name(title, "image/jpeg"))
    return f"{settings.public_url}/api/v1/media/{token}"


def cover_window(settings: FacadeSettings, now: float) -> int:
    """When links to covers that are issued now expire, in seconds since 1970."""
    return window_of(now, settings.cover_link_seconds, COVER_WINDOW)


def read_link(settings: FacadeSettings, token: str) -> tuple[str, str]:
    """The URI and the file name that a token stands for.

    Raises:
        PermissionForged, PermissionOver.
    """
    uri, name = verify(settings.secret, PURPOSE, token)
    return uri, name


def file_name(title: str, media_type: str) -> str:
    """A plain name for a downloaded file."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "episode"
    extension = _EXTENSIONS.get(media_type.partition(";")[0].strip().lower(), "bin")
    return f"{stem}.{extension}"
