"""More stream servers over the record of the running stack. One is killed in mid-stream, one is
told to stop, and whoever listens ends with the stream's own bytes, wherever they went on; one sees
by the record that the voice's worker is gone."""

import asyncio
import hashlib
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import psutil

from tests.acceptance.api import Caller, Document, hear
from tests.acceptance.conftest import Stack
from tests.acceptance.faithful import Faithful
from tests.acceptance.killing import Parts, wait_for
from tests.conftest import clean_environment, free_port, stop, wait_until_open
from tests.streamer.asf.conftest import Server
from tests.streamer.asf.restless import Restless, listen_all

LISTENERS = 12


@contextmanager
def run_replica(stack: Stack, **settings: str) -> Iterator[Server]:
    """One more ASF beside the stack's own."""
    port = free_port()
    environment = {
        **clean_environment(),
        "PYTHONPATH": str(stack.root),
        "AETHERCAST_DATABASE_URL": stack.database_url,
        "AETHERCAST_ASF_PORT": str(port),
        **settings,
    }
    command = [sys.executable, "-m", "streamer"]
    process = subprocess.Popen(command, cwd=stack.root, env=environment)
    try:
        wait_until_open(port, process)
        yield Server(port, process)
    finally:
        stop(process)


def ask(caller: Caller, topic: str) -> Document:
    """A podcast that has just been asked for."""
    preferences = {"length_minutes": 1, "cover": False}
    answer = caller.ask({"topic": topic, "user_preferences": preferences})
    assert answer.status_code == 202, answer.text
    document: Document = answer.json()
    return document


def capability_of(accepted: Document) -> str:
    return parse_qs(urlsplit(accepted["websocket_url"]).query)["stream_id"][0]


def test_one_killed_one_stopped_and_every_byte(stack: Stack, caller: Caller) -> None:
    accepted = ask(caller, "Why the sea has tides, and who first told their hours")
    port = urlsplit(accepted["websocket_url"]).port
    assert port is not None
    with run_replica(stack) as replica:
        servers = [Server(port, replica.process), replica]
        capability = capability_of(accepted)
        restless = [Restless(servers, capability, cuts=6, seed=n) for n in range(LISTENERS)]
        listening = threading.Thread(target=lambda: asyncio.run(listen_all(restless)), daemon=True)
        listening.start()
        wait_for(lambda: all(each.cursor > 10_000 for each in restless), "something heard by all")
        Parts(stack).kill("asf")
    listening.join(150)
    assert {each.end.get("type") for each in restless} == {"stream_end"}
    whole = {str(each.end.get("sha256")) for each in restless}
    assert {hashlib.sha256(each.whole).hexdigest() for each in restless} == whole
    assert len(whole) == 1
    assert sum(each.cut for each in restless) >= 5 * LISTENERS
    told = set(sum((each.told for each in restless), Counter()))
    assert told == {"server_restarting", "1012"}


def test_a_voice_whose_worker_is_gone_is_not_waited_for_for_ever(
    stack: Stack, caller: Caller
) -> None:
    """Airflow waits an hour for it; listeners do not. When the worker is back, so is the voice."""
    accepted = ask(caller, "How smallpox ended, and who carried the news of it")
    with run_replica(stack, AETHERCAST_ASF_STALLED_SECONDS="6") as replica:
        listener = Faithful(replica.path(capability_of(accepted)))
        listener.start()
        wait_for(lambda: len(listener.audio) > 1000, "the first words")
        worker = psutil.Process(Parts(stack).pid("worker-vfa"))
        family = [worker, *worker.children(recursive=True)]
        for process in family:
            process.suspend()
        try:
            wait_for(lambda: listener.end, "a word about it")
        finally:
            for process in family:
                process.resume()
        assert listener.end is not None
        assert listener.end["code"] == "stream_stalled"
        assert caller.status(accepted["podcast_id"])["status"] == "GENERATING"
        rest = hear(replica.path(capability_of(accepted)), len(listener.audio))
    whole = hashlib.sha256(bytes(listener.audio) + rest.audio).hexdigest()
    assert whole == rest.end["sha256"]
