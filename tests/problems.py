"""What every error answer of every service looks like."""

import socket
from collections.abc import Container

import httpx

REQUIRED = {"type", "title", "status", "detail"}


def read_problem(answer: httpx.Response, documented: Container[str]) -> str:
    """The name of a problem answer's type, after looking that all of it is as it should be."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text
    document = answer.json()
    assert set(document) >= REQUIRED
    assert document["status"] == answer.status_code
    prefix, _, name = document["type"].rpartition("/")
    assert prefix == "/problems"
    assert name in documented
    assert "Traceback" not in answer.text
    return str(name)


def speak_no_http(port: int, words: bytes = b"What is this?\r\n\r\n") -> bytes:
    """Send something that is no request to a server; all it answers."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(words)
        return b"".join(iter(lambda: connection.recv(4096), b""))
