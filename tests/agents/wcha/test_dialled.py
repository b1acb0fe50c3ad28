"""What is heard of dialling, and what is another's."""

import socket
import threading

from tests.agents.wcha.dialled import dialled


def dial(port: int) -> None:
    with socket.socket() as dialling:
        dialling.connect_ex(("127.0.0.1", port))


def test_what_began_before_is_anothers() -> None:
    go, gone = threading.Event(), threading.Event()

    def other() -> None:
        go.wait(10)
        dial(1)
        gone.set()

    threading.Thread(target=other, daemon=True).start()
    with dialled() as heard:
        go.set()
        assert gone.wait(10)
        dial(2)
        ours = threading.Thread(target=dial, args=(3,))
        ours.start()
        ours.join()
    dial(4)
    assert heard == [("127.0.0.1", 2), ("127.0.0.1", 3)]
