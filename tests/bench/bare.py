"""``python -m tests.bench.bare <port>``: a FastAPI route that does nothing, served like ours."""

import sys

import uvicorn
from fastapi import FastAPI

from streamer.http1 import ProblemProtocol

app = FastAPI()


@app.get("/bare/{thing}")
async def bare(thing: str) -> dict[str, str]:
    """A small answer without a look at anything."""
    return {"thing": thing, "status": "COMPLETED"}


if __name__ == "__main__":
    uvicorn.run(
        app, port=int(sys.argv[1]), log_config=None, access_log=False, server_header=False,
        http=ProblemProtocol,
    )  # fmt: skip
