"""The model service's list of voices, as the contract has it, without the models."""

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.api.serving import serve

VOICES = [
    {"name": "heart", "gender": "female", "accent": "en-US", "model": "a", "fast": True},
    {"name": "michael", "gender": "male", "accent": "en-US", "model": "b", "fast": False},
    {"name": "emma", "gender": "female", "accent": "en-GB", "model": "b", "fast": False},
]


async def _voices(request: Request) -> Response:
    if request.headers.get("authorization") != "Bearer the-service-token":
        return JSONResponse({}, 401)
    return JSONResponse({"voices": VOICES})


@contextmanager
def serve_voices() -> Iterator[str]:
    """Its address, for the length of the block."""
    with serve(Starlette(routes=[Route("/v1/voices", _voices)])) as url:
        yield url
