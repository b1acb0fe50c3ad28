"""A caller's own name for a request."""

import re

from fastapi import Request

from api.problems import BadRequest

_NAME = re.compile(r"[\x20-\x7e]{1,255}")


def read_correlation(request: Request) -> str | None:
    """The X-Workflow-ID of a request, to be echoed; None where there is none.

    Raises:
        BadRequest: it is no printable ASCII.
    """
    given = request.headers.get("x-workflow-id")
    if given is not None and not _NAME.fullmatch(given):
        raise BadRequest("X-Workflow-ID has 1 to 255 printable ASCII characters.")
    return given
