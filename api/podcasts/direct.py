"""A route that is documented like every other but answers from the request itself."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response


class DirectRoute(APIRoute):
    """For what is asked more often than all else together.

    To have parameters found, checked and handed over costs more than to look up the answer to
    most requests; an endpoint that takes nothing but the request does it in a few lines.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The endpoint itself."""
        handler: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint
        return handler
