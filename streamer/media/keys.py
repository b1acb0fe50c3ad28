"""Which keys a media object may have.

A key is one or more names between slashes. A name begins with a letter or digit, so that
neither ``..`` nor a hidden file nor an absolute path can be spelt.
"""

import re

from streamer.errors import ForeignMedia, InvalidMediaKey

LONGEST_KEY = 512
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,127})*")


def check_key(key: str) -> str:
    """Return ``key`` if it is one.

    Raises:
        InvalidMediaKey: empty, too long, or with anything but plain names between slashes.
    """
    if not is_key(key):
        raise InvalidMediaKey(f"Not a media key: {key[:80]!r}")
    return key


def is_key(key: str) -> bool:
    """Whether ``key`` is one."""
    return len(key) <= LONGEST_KEY and _KEY.fullmatch(key) is not None


def key_under(base: str, uri: str) -> str:
    """The key of ``uri`` in the store whose URIs begin with ``base``.

    Raises:
        ForeignMedia: the URI belongs elsewhere, or its rest is not a key.
    """
    if not uri.startswith(base):
        raise ForeignMedia(f"Not in this media store: {uri[:80]!r}")
    try:
        return check_key(uri.removeprefix(base))
    except InvalidMediaKey:
        raise ForeignMedia(f"Not in this media store: {uri[:80]!r}") from None
