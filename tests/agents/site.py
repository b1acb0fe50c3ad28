"""A real web server on loopback whose pages a test lays down."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Page = tuple[int, dict[str, str], bytes]
Write = Callable[[bytes], object]


@dataclass
class Asked:
    """One request the server got."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Site:
    """What the server answers, by path without its query, and what it was asked."""

    port: int
    host: str = "127.0.0.1"
    pages: dict[str, Page] = field(default_factory=dict)
    streams: dict[str, Callable[[Write], None]] = field(default_factory=dict)
    """Paths answered by a function that writes whatever it likes, headers included."""
    asked: list[Asked] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where the server is."""
        return f"http://{self.host}:{self.port}"

    def put(
        self, path: str, body: str | bytes, media_type: str = "text/html", status: int = 200
    ) -> str:
        """Lay a page down; returns its address."""
        data = body.encode() if isinstance(body, str) else body
        self.pages[path] = (status, {"Content-Type": media_type}, data)
        return self.url + path

    def redirect(self, path: str, target: str) -> str:
        """Lay a redirect down; returns its address."""
        self.pages[path] = (302, {"Location": target}, b"")
        return self.url + path


@contextmanager
def open_site(host: str = "127.0.0.1") -> Iterator[Site]:
    """Serve at an address of the loopback until the block ends."""
    site = Site(0, host)

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            site.asked.append(Asked(self.command, self.path, dict(self.headers), body))
            path = self.path.partition("?")[0]
            if path in site.streams:
                site.streams[path](self.wfile.write)
                return
            status, headers, data = site.pages.get(path, (404, {}, b""))
            self.send_response(status)
            for key, value in headers.items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer((host, 0), Handler)
    server.daemon_threads = True
    site.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
