"""Every error ASF answers with over HTTP. What goes wrong behind a WebSocket's handshake has a
code instead: :mod:`streamer.asf.refusals`."""

from streamer.problems import BodyTooLarge, Catalogue, InvalidRequest, Problem


class HandshakeRefused(Problem):
    """This is no WebSocket handshake (RFC 6455): a header is missing or wrong."""

    name, title, status = "handshake-refused", "That is no WebSocket handshake", 400


class NotificationRefused(Problem):
    """A notification is signed with the secret key over its time and its body, and is not older
    or newer than the replay window."""

    name, title, status = "notification-refused", "The notification is not ours", 401


class OriginNotAllowed(Problem):
    """Pages of that origin may not listen here (AETHERCAST_ASF_ALLOWED_ORIGINS)."""

    name, title, status = "origin-not-allowed", "That page may not listen here", 403


class UnknownStream(Problem):
    """There is no stream with this id: it was never issued, or its podcast is gone."""

    name, title, status = "unknown-stream", "There is no such stream", 404


class NotFinished(Problem):
    """Only a stream that has ended is released; this one goes on, failed, or was cancelled."""

    name, title, status = "stream-not-ended", "The stream has not ended", 409


class UnknownFile(Problem):
    """The file named is no object of the media store that belongs to the stream's own flow."""

    name, title, status = "unknown-file", "That file does not belong to the stream", 422


class UpgradeNeeded(Problem):
    """Streams are heard over a WebSocket; a plain request gets none."""

    name, title, status = "upgrade-needed", "A WebSocket is needed", 426


CATALOGUE = Catalogue(
    "asf", HandshakeRefused, NotificationRefused, OriginNotAllowed, UnknownStream, NotFinished,
    BodyTooLarge, UnknownFile, InvalidRequest, UpgradeNeeded,
)  # fmt: skip
