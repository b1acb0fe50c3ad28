"""A route that is documented like every other but answers from the request itself."""

from typing import Any

from fastapi.routing import APIRoute
from starlette.routing import request_response


class DirectRoute(APIRoute):
    """For what is asked more often than all else together.

    To have parameters found, checked and handed over costs more than to look up the answer to
    most requests; an endpoint that takes nothing but the request does it in a few lines. It is
    called as Starlette calls its endpoints, and its problems are answered as everybody's are.
    """

    def __init__(self, *words: Any, **more: Any) -> None:
        super().__init__(*words, **more)
        self.app = request_response(self.endpoint)
