"""Serves what was built below /web."""

from typing import Any

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api.problems import NotFound

FOR_EVER = "public, max-age=31536000, immutable"


class BuiltFiles(StaticFiles):
    """The assets, whose names change with their content: a browser asks for each of them once."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file.

        Raises:
            NotFound: there is none, or it is no asset.
        """
        if not path.startswith("assets/"):
            raise NotFound
        return await super().get_response(path, scope)

    def file_response(self, *words: Any, **named: Any) -> Response:
        """A file, to be kept."""
        response = super().file_response(*words, **named)
        response.headers["Cache-Control"] = FOR_EVER
        return response
