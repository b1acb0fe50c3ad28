"""Two stream servers over the record of the running stack: one is killed in mid-stream, one is told
to stop, and whoever listens ends with the stream's own bytes, wherever they went on."""

import asyncio
import hashlib
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.acceptance.api import Caller, Document
from tests.acceptance.conftest import Stack
from tests.acceptance.killing import Parts, wait_for
from tests.conftest import clean_environment, free_port, stop, wait_until_open
from tests.streamer.asf.conftest import Server
from tests.streamer.asf.restless import Restless, listen_all

LISTENERS = 12


@pytest.fixture
def replica(stack: Stack) -> Iterator[Server]:
    """One more ASF beside the stack's own."""
    port = free_port()
    environment = {
        **clean_environment(),
        "PYTHONPATH": str(stack.root),
        "AETHERCAST_DATABASE_URL": stack.database_url,
        "AETHERCAST_ASF_PORT": str(port),
    }
    command = [sys.executable, "-m", "streamer"]
    process = subprocess.Popen(command, cwd=stack.root, env=environment)
    wait_until_open(port, process)
    yield Server(port, process)
    stop(process)


@pytest.fixture
def accepted(caller: Caller) -> Document:
    """A podcast that has just been asked for."""
    answer = caller.ask(
        {
            "topic": "Why the sea has tides, and who first told their hours",
            "user_preferences": {"length_minutes": 1, "cover": False},
        }
    )
    assert answer.status_code == 202, answer.text
    document: Document = answer.json()
    return document


def test_one_killed_one_stopped_and_every_byte(
    stack: Stack, caller: Caller, accepted: Document, replica: Server
) -> None:
    url = urlsplit(accepted["websocket_url"])
    own = Server(url.port or 0, replica.process)
    capability = parse_qs(url.query)["stream_id"][0]
    restless = [Restless([own, replica], capability, cuts=6, seed=n) for n in range(LISTENERS)]
    listening = threading.Thread(target=lambda: asyncio.run(listen_all(restless)))
    listening.start()
    wait_for(lambda: all(each.cursor > 10_000 for each in restless), "something heard by all")
    Parts(stack).kill("asf")
    stop(replica.process)
    listening.join(150)
    ended = caller.wait(accepted["podcast_id"])["stream"]
    assert ended["status"] == "ended"
    whole = {str(each.end.get("sha256")) for each in restless}
    assert {hashlib.sha256(each.whole).hexdigest() for each in restless} == whole
    assert len(whole) == 1
    assert sum(each.cut for each in restless) >= 5 * LISTENERS
    told = set(sum((each.told for each in restless), Counter()))
    assert told <= {"server_restarting", "1012"}
