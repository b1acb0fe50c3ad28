"""A bucket on a free port: gcp-storage-emulator speaks Google's wire format."""

from collections.abc import Iterator
from contextlib import contextmanager

from gcp_storage_emulator.server import create_server  # type: ignore[import-untyped]


@contextmanager
def run_bucket(name: str, port: int) -> Iterator[str]:
    """Serve one empty bucket from memory; yields the URL of the endpoint."""
    server = create_server("127.0.0.1", port, in_memory=True, default_bucket=name)
    server.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop()
