"""One listener, from the open door to the last word."""

import asyncio
from typing import Protocol
from urllib.parse import parse_qsl

import psycopg
import structlog

from streamer.asf import messages
from streamer.asf.admission import admit
from streamer.asf.allowance import Allowance
from streamer.asf.following import Followed
from streamer.asf.refusals import Refusal
from streamer.asf.rooms import Rooms
from streamer.asf.session import Place, Session
from streamer.errors import StreamerError
from streamer.segments import Segment

log = structlog.get_logger()

NORMAL = 1000


class Wire(Protocol):
    """What a listener needs of the connection."""

    @property
    def writable(self) -> bool:
        """Whether what was written has found room."""

    def write(self, message: bytes) -> None:
        """Send a whole message, or several."""

    def send_text(self, message: str) -> None:
        """Send a control message."""

    def part(self, close_code: int, last_words: str, linger_seconds: float = ...) -> None:
        """Say the last words and close; who does not take them in that time is dropped."""


class Listener:
    """Sends what the session says, while it hears what the listener wants.

    Sends at most what the connection takes. What is behind the cursor is in the record: a listener
    who is slow, or pauses, costs no memory.
    """

    __slots__ = ("_followed", "_patience", "_paused", "_rooms", "_session", "_stirred", "_wire")

    def __init__(self, wire: Wire, rooms: Rooms) -> None:
        self._wire = wire
        self._rooms = rooms
        self._paused = False
        self._stirred: asyncio.Future[None] | None = None
        self._patience = messages.Patience(rooms.settings.asf_client_messages_per_minute)
        self._followed: Followed | None = None
        self._session: Session | None = None

    async def serve(self, query: str) -> None:
        """Until the end, or a refusal; then the last words are said. Cancel it when it is gone."""
        try:
            await self._serve(query)
        except Refusal as refusal:
            self.refuse(refusal)
        except (psycopg.Error, StreamerError, OSError) as problem:
            log.error("stream_broken_off", error=repr(problem))
            self.refuse(Refusal("unavailable"))
        except Exception:
            log.exception("stream_broken_off")
            self.refuse(Refusal("unavailable"))

    def refuse(self, refusal: Refusal) -> None:
        """Say why, and close."""
        self.stop()
        log.info("stream_refused", code=refusal.code, workflow_id=self._workflow_id)
        self._wire.part(refusal.ending.close_code, messages.error(refusal))

    def stop(self) -> None:
        """Be sent nothing from now on."""
        if self._followed is not None and self._session is not None:
            self._followed.edge.leave(self._session)

    def hear(self, wish: str) -> None:
        """Take a control message.

        Raises:
            Refusal: bad_message.
        """
        paused = messages.read_wish(wish) == "pause"
        if paused is not self._paused:
            self._paused = paused
            self.stop()
            self.stir()

    def count(self) -> None:
        """Note that the listener sent something, whatever it was.

        Raises:
            Refusal: too_many_messages.
        """
        self._patience.spend()

    def stir(self) -> None:
        """There is room for more, or a wish to go on."""
        if self._stirred is not None and not self._stirred.done():
            self._stirred.set_result(None)

    @property
    def _workflow_id(self) -> str | None:
        return str(self._followed.view.state.workflow_id) if self._followed else None

    async def _serve(self, query: str) -> None:
        words = dict(parse_qsl(query, keep_blank_values=True))
        place = Place.parse(words.get("cursor"), words.get("from"), words.get("revision"))
        async with admit(self._rooms, words.get("stream_id", "")) as followed:
            del words
            self._followed = followed
            self._session = Session(followed.view, self._wire.write)
            await self._begin(self._session, place)
            await self._play(self._session, followed)

    async def _begin(self, session: Session, place: Place) -> None:
        metadata, header = session.begin(place)
        self._wire.send_text(metadata)
        if header is not None:
            frames = await self._rooms.shelf.frames(header)
            self._wire.write(frames.wire)

    async def _play(self, session: Session, followed: Followed) -> None:
        settings = self._rooms.settings
        allowance = Allowance(settings.asf_listener_bytes_per_second)
        while True:
            await self._until_free()
            if (segment := session.ahead()) is not None:
                await self._catch_up(session, segment, allowance)
            elif session.at_the_end:
                words = messages.end(followed.view.state)
                self._wire.part(NORMAL, words, settings.asf_send_timeout_seconds)
                return
            else:
                await followed.edge.stay(session)

    async def _catch_up(self, session: Session, segment: Segment, allowance: Allowance) -> None:
        """Send a segment from the record, as far as the listener takes it."""
        frames = await self._rooms.shelf.frames(segment)
        while self._wire.writable and not self._paused and session.cursor < segment.end:
            part, end = frames.part(session.cursor - segment.first_byte)
            session.cursor = segment.first_byte + end
            self._wire.write(part)
            await allowance.spend(len(part))

    async def _until_free(self) -> None:
        """Wait while the listener pauses, or does not read.

        Raises:
            Refusal: paused_too_long, consumer_too_slow.
        """
        settings = self._rooms.settings
        while self._paused or not self._wire.writable:
            paused = self._paused
            limit = (
                settings.asf_longest_pause_seconds if paused else settings.asf_send_timeout_seconds
            )
            self._stirred = asyncio.get_running_loop().create_future()
            try:
                async with asyncio.timeout(limit):
                    await self._stirred
            except TimeoutError:
                raise Refusal("paused_too_long" if paused else "consumer_too_slow") from None
            finally:
                self._stirred = None
