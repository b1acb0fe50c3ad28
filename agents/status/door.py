"""Who may ask."""

import hmac
from typing import Annotated

from fastapi import Header, Request
from fastapi_problem.error import UnauthorisedProblem


class NoServiceToken(UnauthorisedProblem):
    """The caller is not one of our own services."""

    title = "A valid service token is needed."


def require_service(
    request: Request, authorization: Annotated[str | None, Header()] = None
) -> None:
    """Let only bearers of the service token pass. Raises NoServiceToken."""
    expected = f"Bearer {request.app.state.settings.service_token.get_secret_value()}"
    if not hmac.compare_digest((authorization or "").encode(), expected.encode()):
        raise NoServiceToken(headers={"WWW-Authenticate": "Bearer"})
