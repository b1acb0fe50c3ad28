"""``kill -9`` of the stream server: a listener who comes back hears every byte, and none twice."""

import signal
import threading

from tests.acceptance.faithful import Faithful
from tests.acceptance.killing import wait_for
from tests.conftest import free_port, stop
from tests.streamer.asf.conftest import Server, capability_for, start_server
from tests.streamer.conftest import Studio
from tests.streamer.sounds import babble


def test_a_server_killed_again_and_again_loses_nothing(studio: Studio) -> None:
    writer, port = studio.open(), free_port()
    process = start_server(studio, port)
    listener = Faithful(Server(port, process).path(capability_for(studio)))
    listener.start()
    for line in range(2):
        writer.append(f"0.{line}", babble(0.5), 0.2)
        wait_for(lambda: len(listener.audio) >= writer.length, "what was said")
        stop(process, signal.SIGKILL)
        speaking = threading.Thread(target=writer.append, args=(f"1.{line}", babble(0.5), 0.2))
        speaking.start()
        process = start_server(studio, port)
        speaking.join()
        wait_for(lambda: len(listener.audio) >= writer.length, "what was said meanwhile")
    ended = writer.end()
    listener.join(20)
    stop(process)
    assert listener.end is not None
    assert listener.end["type"] == "stream_end"
    assert (listener.cut_off, listener.sha256) == (2, ended.sha256)
