"""Who is let in: the capability, the stream it opens, and a seat."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from streamer.asf.following import Followed
from streamer.asf.refusals import Refusal
from streamer.asf.rooms import Rooms
from streamer.capability import StreamCapability, verify_stream
from streamer.errors import ExpiredStream, UnknownStream


@asynccontextmanager
async def admit(rooms: Rooms, capability: str) -> AsyncIterator[Followed]:
    """The stream that ``capability`` opens, followed for the length of the block.

    Who listens without a name shares the places of all who hear that stream.

    Raises:
        Refusal: unknown_stream, expired_stream, too_many_listeners.
    """
    granted = _read(rooms, capability)
    caller = granted.user_id or granted.stream_id
    with rooms.seats.one(), rooms.seats.of(caller):
        async with rooms.follower.follow(granted.stream_id) as followed:
            state = followed.view.state
            if state.user_id != granted.user_id:
                raise Refusal("unknown_stream")
            if state.expired:
                raise Refusal("expired_stream")
            yield followed


def _read(rooms: Rooms, capability: str) -> StreamCapability:
    try:
        return verify_stream(rooms.settings.secret_key.get_secret_value(), capability)
    except UnknownStream:
        raise Refusal("unknown_stream") from None
    except ExpiredStream:
        raise Refusal("expired_stream") from None
