"""The model service's doors."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse

from agents.aims.problems import UnknownLine, install_problems
from agents.aims.rooms import Rooms, open_rooms
from agents.aims.settings import AimsSettings
from agents.aims.speech.desk import Job, Line, Tally
from agents.aims.text import GenerateRequest, GenerateResponse
from agents.aims.wire import (
    LONGEST_WAIT,
    Accepted,
    Key,
    SpeechError,
    SpokenLine,
    SynthesisState,
    SynthesizeRequest,
    VoiceEntry,
    VoiceList,
)
from agents.problems import require_service_token
from streamer.problems import NotReady

Wait = Annotated[float, Query(ge=0, le=LONGEST_WAIT)]


def rooms_of(request: Request) -> Rooms:
    """The running service's parts."""
    rooms: Rooms = request.app.state.rooms
    return rooms


Open = Annotated[Rooms, Depends(rooms_of)]


def create_app(settings: AimsSettings) -> FastAPI:
    """The application, over parts that are opened when it starts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_rooms(settings) as rooms:
            app.state.rooms = rooms
            yield

    app = FastAPI(title="Aethercast AIMS", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.settings = settings
    install_problems(app)
    _mount(app)
    return app


def _mount(app: FastAPI) -> None:
    guarded: dict[str, Any] = {"dependencies": [Depends(require_service_token)]}
    app.get("/livez")(livez)
    app.get("/readyz")(readyz)
    app.get("/metrics", response_class=PlainTextResponse)(metrics)
    app.post("/v1/generate", **guarded)(generate)
    app.post("/v1/synthesize", status_code=202, **guarded)(synthesize)
    app.get("/v1/synthesize/{task_id}", response_model_exclude_none=True, **guarded)(synthesis)
    app.delete("/v1/synthesize/{task_id}", status_code=204, **guarded)(withdraw)
    app.get("/v1/voices", **guarded)(voices)


async def livez() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


async def readyz(rooms: Open) -> dict[str, str]:
    """The voices are warm."""
    if not rooms.warm.is_set():
        raise NotReady("The voices are warming up.")
    return {"status": "ready"}


async def generate(rooms: Open, request: GenerateRequest) -> GenerateResponse:
    """Text, in the schema that was asked, citing spans of the sources."""
    return await run_in_threadpool(rooms.text.generate, request)


async def synthesize(rooms: Open, request: SynthesizeRequest) -> Accepted:
    """Take a line in; the same key is the same job."""
    line = Line(request.text, request.voice, request.rate)
    job = await run_in_threadpool(rooms.desk.submit, request.key, line, request.due_in_seconds)
    return Accepted(task_id=job.key)


async def synthesis(rooms: Open, task_id: Key, wait: Wait = 0.0) -> SynthesisState:
    """Where a line is; with ``wait``, answered when it is done or the seconds are over."""
    job = await run_in_threadpool(rooms.desk.find, task_id)
    if job is None:
        raise UnknownLine
    if wait and not job.done.done():
        await _until_done(job, wait)
    if job.done.cancelled():
        raise UnknownLine
    return state_of(job)


async def _until_done(job: Job, seconds: float) -> None:
    """Return when the job is done or the seconds are over.

    The job's own future is left alone: one that asyncio wraps is cancelled with the request.
    """
    loop, over = asyncio.get_running_loop(), asyncio.Event()

    def tell(_: object) -> None:
        with suppress(RuntimeError):  # the loop has closed
            loop.call_soon_threadsafe(over.set)

    job.done.add_done_callback(tell)
    with suppress(TimeoutError):
        await asyncio.wait_for(over.wait(), seconds)


async def withdraw(rooms: Open, task_id: Key) -> None:
    """Let a line go that waits for its turn. One that is spoken by now stays as it is."""
    await run_in_threadpool(rooms.desk.withdraw, task_id)


def state_of(job: Job) -> SynthesisState:
    """A job as the wire shows it."""
    status = job.status
    state = SynthesisState(task_id=job.key, status=status)
    if status == "SUCCESS":
        kept = job.done.result()
        state.result = SpokenLine(
            audio_uri=kept.audio_uri, duration_seconds=kept.duration_seconds,
            sample_rate=kept.sample_rate, samples=kept.samples, synthesized=job.synthesized,
        )  # fmt: skip
    elif error := job.error:
        state.error = SpeechError(
            type=type(error).__name__, message=str(error), retryable=error.retryable
        )
    return state


async def voices(rooms: Open) -> VoiceList:
    """The speakers, and what was spoken since the service started."""
    backend = rooms.desk.backend
    return VoiceList(
        backend=backend.name,
        voices=[
            VoiceEntry(
                name=voice.name,
                gender=voice.gender,
                accent=voice.accent,
                model=voice.model,
                fast=voice.fast,
            )
            for voice in backend.voices.values()
        ],
        counters=vars(rooms.desk.tally),
    )


async def metrics(rooms: Open) -> str:
    """The counters in Prometheus' text format."""
    return exposition(rooms.desk.tally)


def exposition(tally: Tally) -> str:
    """Spell counters for Prometheus."""
    return "".join(
        f"# TYPE aethercast_speech_{name}_total counter\naethercast_speech_{name}_total {value}\n"
        for name, value in vars(tally).items()
    )
