"""What the event stream told of a real episode: all of it, in order."""

from uuid import UUID

from tests.acceptance.api import Caller, Document
from tests.acceptance.test_episode import lines_of
from tests.api.event_stream import follow


def test_the_whole_making_of_an_episode_is_told(caller: Caller, episode: Document) -> None:
    with follow(caller.client, UUID(episode["podcast_id"]), after="0") as events:
        told = list(events)
    assert [int(event.id) for event in told] == list(range(1, len(told) + 1))
    assert [event.kind for event in told if event.kind == "end"] == [told[-1].kind]
    assert told[-1].data["status"] == "COMPLETED"
    assert told[-1].data["title"] == episode["title"]
    steps = [each["task"] for each in episode["agents"]]
    assert {event.data["task"] for event in told if event.kind == "agent_started"} == set(steps)
    ended = [event.data["task"] for event in told if event.kind == "agent_ended"]
    assert set(steps) - {"publish"} <= set(ended)  # who closes the books says so afterwards
    parts = [event.data for event in told if event.kind == "script_part"]
    written = episode["script"]["parts"]
    assert [part["heading"] for part in parts] == [part["heading"] for part in written]
    assert [part["written"] for part in parts] == list(range(1, len(written) + 1))
    assert {part["total"] for part in parts} <= {None, len(written)}
    spoken = [event.data for event in told if event.kind == "spoken"]
    assert [line["line_id"] for line in spoken] == [line["line_id"] for line in lines_of(episode)]
    assert abs(spoken[-1]["seconds"] - episode["duration_seconds"]) < 5
