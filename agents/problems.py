"""What the agents' services answer with besides the common problems, and who may ask them."""

import hmac
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.responses import Response

from streamer.problem_answers import install_problems
from streamer.problems import Catalogue, InvalidRequest, Unauthenticated


def install(app: FastAPI, catalogue: Catalogue) -> None:
    """Have every exception of a FastAPI service answered as a problem."""
    install_problems(app, catalogue)
    app.add_exception_handler(RequestValidationError, _validation)


def require_service_token(request: Request) -> None:
    """Let only bearers of the service token pass.

    Raises:
        Unauthenticated: the header is missing or says something else.
    """
    expected = f"Bearer {request.app.state.settings.service_token.get_secret_value()}"
    given = request.headers.get("authorization", "")
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise Unauthenticated(headers={"WWW-Authenticate": "Bearer"})


async def _validation(_request: Request, invalid: Exception) -> Response:
    assert isinstance(invalid, RequestValidationError)
    errors = [_fault(error) for error in invalid.errors()]
    first = f"{errors[0]['place']}: {errors[0]['detail']}" if errors else None
    return InvalidRequest(first, errors=errors).answer()


def _fault(error: dict[str, Any]) -> dict[str, str]:
    return {"place": ".".join(map(str, error["loc"])), "detail": str(error["msg"])}
