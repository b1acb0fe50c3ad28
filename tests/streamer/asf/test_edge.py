"""At the live edge everybody gets the next bytes, or is let go to fetch them from the record."""

import asyncio
import hashlib
import tempfile
import uuid
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from streamer.asf.edge import Edge
from streamer.asf.session import Session
from streamer.asf.shelf import Shelf
from streamer.asf.view import StreamView
from streamer.asf.vigil import Patience
from streamer.media.local import LocalStore
from streamer.segments import Segment, StreamState
from streamer.webm import write_clusters

LINE = 6


def recorded(store: LocalStore, lines: int) -> list[Segment]:
    """So many lines of a stream without a header, a few hundred bytes each."""
    segments: list[Segment] = []
    for line in range(lines):
        data = write_clusters([bytes([line]) * 40] * LINE, LINE * line)
        uri = store.put(f"streams/{line}", data, "audio/webm")
        first = segments[-1].end if segments else 0
        sha256 = hashlib.sha256(data).hexdigest()
        segments.append(
            Segment(line, f"0.{line}", uri, first, len(data), LINE * line, LINE, sha256)
        )
    return segments


def open_view(segments: list[Segment]) -> StreamView:
    some = uuid.uuid4()
    state = StreamState(some, some, None, 0, 1, "open", 0, 0, None, None, None, False)
    view = StreamView(state, Patience(120, 600), 10)
    view.segments = segments
    return view


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=6), st.integers(0, 5))
def test_nobody_stays_behind_at_the_edge(joined: list[int], behind: int) -> None:
    """Whoever read ahead while a slow pass was under way meets a next part that began before
    them: it goes over several lines at once."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(meet(LocalStore(Path(folder)), joined, behind))


async def meet(store: LocalStore, joined: list[int], behind: int) -> None:
    """The edge is so many lines behind; its sessions have so many lines each."""
    segments = recorded(store, 6)
    view = open_view(segments)
    edge = Edge(view, Shelf(store, 1 << 20, 0))
    sessions = [Session(view, lambda _: None) for _ in joined]
    for session, lines in zip(sessions, joined, strict=True):
        session.cursor = segments[lines].first_byte
    staying = [asyncio.create_task(edge.stay(session)) for session in sessions]
    await asyncio.sleep(0)
    edge._cursor = segments[behind].first_byte
    await edge._send_news()
    await asyncio.sleep(0)
    for session, stay in zip(sessions, staying, strict=True):
        assert session.cursor == view.length or stay.done()
        stay.cancel()
