"""Makes sure that a request with our cookie was meant by a page of ours.

A browser adds the cookie by itself, so a request that carries it says nothing of who wanted it.
What does is Sec-Fetch-Site and Origin, which no page can forge.

- POST and DELETE: from our own origin or an allowed one, else refused. SameSite=Lax keeps the
  cookie from other sites anyway; this closes what Lax leaves open: other ports and subdomains, and
  browsers that do not keep to it. A browser sends at least one of the two fields; nothing at all
  is refused too, since programs use bearer tokens.
- GET: reading changes nothing and CORS keeps the answer from foreign pages, so this is a second
  fence: what other pages start and do not navigate to (an image, a script, an event stream) is
  refused unless their origin is allowed. A person who follows a link is let in.
"""

from starlette.requests import Request

from api.cross_origin import CrossOrigin
from api.problems import ForeignOrigin
from api.settings import FacadeSettings

_READING = ("GET", "HEAD")


def check_site(request: Request, settings: FacadeSettings) -> None:
    """Let the request pass if a page of ours, or an allowed one, or a person started it.

    Raises:
        ForeignOrigin: somebody else's page did.
    """
    origin = request.headers.get("origin")
    allowed = origin is not None and CrossOrigin(settings).allows(origin)
    site = request.headers.get("sec-fetch-site")
    fine = _may_read(request, site) if request.method in _READING else site == "same-origin"
    if not (allowed or fine):
        raise ForeignOrigin


def _may_read(request: Request, site: str | None) -> bool:
    if site not in ("cross-site", "same-site"):
        return True
    mode, target = (request.headers.get(f"sec-fetch-{name}") for name in ("mode", "dest"))
    return mode == "navigate" and target == "document"
