"""A server that is told to stop tells its listeners to come back, and is right."""

from websockets.exceptions import ConnectionClosed

from tests.streamer.asf.conftest import Heard, capability_for, collect, run_server
from tests.streamer.conftest import Studio
from tests.streamer.sounds import babble


def test_listeners_are_told_to_reconnect_and_go_on_where_they_were(studio: Studio) -> None:
    writer = studio.open()
    writer.append("0.0", babble(0.5), 0.2)
    capability = capability_for(studio)
    with run_server(studio) as asf, asf.connect(capability) as socket:
        first = Heard([], [], 0)
        try:
            while len(first.data) < writer.length:
                message = socket.recv(timeout=20)
                if isinstance(message, bytes):
                    first.chunks.append(message)
        except ConnectionClosed:
            pass
        asf.process.terminate()
        farewell = collect(socket)
    assert (farewell.last["code"], farewell.last["retryable"]) == ("server_restarting", True)
    assert (farewell.close_code, farewell.data) == (1012, b"")
    writer.append("0.1", babble(0.5), 0.2)
    ended = writer.end()
    with run_server(studio) as again:
        rest = again.listen(capability, cursor=len(first.data), revision=0)
    assert rest.last["sha256"] == ended.sha256
    assert len(first.data) + len(rest.data) == ended.bytes
