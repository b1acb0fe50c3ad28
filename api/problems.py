"""Every error the facade answers with (RFC 9457). Each has a page at /problems/<name>.

A class's docstring is what that page says; `detail` is about the one request.
"""

from api.errors import FacadeError
from streamer import problems

MEDIA_TYPE = problems.MEDIA_TYPE
CATALOGUE: "dict[str, type[Problem]]" = {}


class Problem(problems.Problem, FacadeError):
    """An error with a name."""

    def __init_subclass__(cls) -> None:
        CATALOGUE[cls.name] = cls
        cls.retryable = cls.status in (408, 409, 425, 429, 503)


class BadRequest(Problem):
    """The request cannot be understood: its body is not what its headers say."""

    name, title, status = "bad-request", "The request cannot be understood", 400


class KeyMissing(Problem):
    """Every POST needs an X-Idempotency-Key header (or Idempotency-Key), so that sending it
    again is harmless. Any string of 1 to 255 printable ASCII characters will do; a UUID is good."""

    name, title, status = "idempotency-key-missing", "An idempotency key is needed", 400


class KeyMalformed(Problem):
    """An idempotency key has 1 to 255 printable ASCII characters, and where both headers
    are sent they say the same."""

    name, title, status = "idempotency-key-malformed", "That is no idempotency key", 400


class Unauthenticated(Problem):
    """The request needs an Authorization header with a valid bearer token, or the cookie of a
    browser that is signed in. `make up` leaves a token in .aethercast/token and prints a link
    that signs a browser in."""

    name, title, status = "unauthenticated", "Who are you?", 401


class LinkInvalid(Problem):
    """The signature of this link does not fit. Links are copied whole or not at all."""

    name, title, status = "link-invalid", "That link was not issued here", 403


class LoginCodeInvalid(Problem):
    """A login link works once, and for some minutes only. `make up` prints a new one."""

    name, title, status = "login-code-invalid", "That login link does not hold", 403


class ForeignOrigin(Problem):
    """A page of another origin may not do this here. An operator can name origins that may
    (AETHERCAST_ALLOWED_ORIGINS). Programs send a bearer token and no cookie."""

    name, title, status = "foreign-origin", "Not from that page", 403


class NotFound(Problem):
    """There is no such thing here, or it belongs to somebody else."""

    name, title, status = "not-found", "Not found", 404


class MethodNotAllowed(Problem):
    """What is at this address does not know that method; Allow says which it knows."""

    name, title, status = "method-not-allowed", "That method is not known here", 405


class KeyInUse(Problem):
    """Another request with the same idempotency key is being accepted at this moment.
    Send the same request again shortly: its answer will be waiting."""

    name, title, status = "idempotency-key-in-use", "The first request is still on its way", 409


class AlreadyEnded(Problem):
    """The workflow has ended; there is nothing left to cancel."""

    name, title, status = "already-ended", "The workflow has ended", 409


class LinkExpired(Problem):
    """The link was good for a limited time. Ask for the podcast again to get a fresh one."""

    name, title, status = "link-expired", "That link has expired", 410


class BodyTooLarge(Problem):
    """The request's body is larger than this address takes."""

    name, title, status = "body-too-large", "The body is too large", 413


class UnsupportedMediaType(Problem):
    """This address takes other kinds of body; the detail says which."""

    name, title, status = "unsupported-media-type", "That kind of body is not taken here", 415


class RangeUnsatisfiable(Problem):
    """The range asked for lies beyond the end; Content-Range says how long the whole is."""

    name, title, status = "range-unsatisfiable", "The range lies beyond the end", 416


class InvalidRequest(Problem):
    """The request is understood but something in it is not allowed. `errors` lists each
    thing with a JSON pointer to its place. Nothing was done, and the key is still free."""

    name, title, status = "invalid-request", "Something in the request is not allowed", 422


class KeyReused(Problem):
    """This idempotency key was used within the last 24 hours for another request.
    A new request takes a new key."""

    name, title, status = "idempotency-key-reused", "That key belongs to another request", 422


class TooManyRequests(Problem):
    """You ask more often than is allowed. Retry-After says when to ask again, RateLimit-Policy
    what is allowed. An answer that was given is repeated under its idempotency key at any rate."""

    name, title, status = "too-many-requests", "Too many requests", 429


class QuotaExceeded(Problem):
    """You have as much as you may have; `quota` says of what: `open` (podcasts in the making),
    `daily` (podcasts within 24 hours), `explores` (explorations at work, or within 24 hours) or
    `bytes` (stored sources). Nothing was done, and the key is still free. Retry-After says when
    to ask again."""

    name, title, status = "quota-exceeded", "You have as much as you may have", 429


class TooManyStreams(Problem):
    """You have as many event streams open as a caller may have. Close one first, or follow
    several podcasts by asking for their status with If-None-Match."""

    name, title, status = "too-many-event-streams", "Too many event streams are open", 429


class HeadersTooLarge(Problem):
    """The request's headers are larger than the facade takes."""

    name, title, status = "headers-too-large", "The headers are too large", 431


class InternalError(Problem):
    """Something went wrong on our side. It was logged under the request's id (X-Request-ID)."""

    name, title, status = "internal-error", "Something went wrong on our side", 500


class Unavailable(Problem):
    """A part that is needed to answer does not respond at the moment. Try again shortly."""

    name, title, status = "unavailable", "Temporarily unavailable", 503


class NotReady(Problem):
    """Not every part of the chain is warm yet. `parts` says which is missing what; a podcast
    asked for now is made as soon as all are there."""

    name, title, status = "not-ready", "Not ready yet", 503


class OtherProblem(Problem):
    """The request could not be answered; the HTTP status says why."""

    name, title, status = "other", "The request could not be answered", 400
