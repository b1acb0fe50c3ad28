"""What can go wrong between a spoken line and a listener."""

import inspect


class StreamerError(Exception):
    """The sound could not be stored or streamed."""

    retryable = False

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or inspect.cleandoc(self.__doc__ or ""))


class InvalidMediaKey(StreamerError):
    """A media key is made of plain names between slashes, and this is none."""


class ForeignMedia(StreamerError):
    """That URI does not lie in this media store."""


class MediaNotFound(StreamerError):
    """The media store holds nothing at that URI."""


class MediaUnavailable(StreamerError):
    """The media store does not answer at the moment."""

    retryable = True


class UnknownMediaStore(StreamerError):
    """AETHERCAST_MEDIA_URL must start with file:/// or gs://."""


class OpenTransaction(StreamerError):
    """A media row must be committed before its upload; the connection is in a transaction."""


class UnknownStream(StreamerError):
    """There is no such stream, or it is not yours to hear."""


class ExpiredStream(StreamerError):
    """The right to hear this stream is over. Ask for the podcast again to renew it."""


class RefusedNotification(StreamerError):
    """The notification is not signed as it should be."""


class FenceLost(StreamerError):
    """Another writer has taken this stream; what this one still says is refused."""


class StreamCancelled(StreamerError):
    """The stream was cancelled."""


class StreamClosed(StreamerError):
    """The stream is finished; nothing can be added to it."""


class DamagedSegment(StreamerError):
    """A stored piece of the stream is not what was recorded."""
