"""uvicorn's HTTP/1.1, where even a request that is no HTTP is answered with a problem document."""

import json

from uvicorn.protocols.http.h11_impl import H11Protocol

from streamer.problems import MEDIA_TYPE, BadRequest


class ProblemProtocol(H11Protocol):
    """For ``uvicorn.run(http=ProblemProtocol)``."""

    def send_400_response(self, msg: str) -> None:
        """Answer what could not be parsed, before any application saw it."""
        problem = BadRequest(msg)
        body = json.dumps(problem.document()).encode()
        head = (
            f"HTTP/1.1 {problem.status} Bad Request\r\nContent-Type: {MEDIA_TYPE}\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()
