"""Health checks: ``python -m scripts.local.probe http://host:port/readyz`` ends with 0 or 1.

Also ``tcp://host:port`` (something listens) and ``postgresql://host:port`` (it takes
connections; no password is needed to ask). After an http address may stand the name of a
component: then the answer must call it healthy, as Airflow's health report does for each of
its processes.
"""

import http.client
import json
import socket
import sys
import urllib.error
import urllib.parse
import urllib.request

TIMEOUT = 20.0  # the facade asks the whole chain before it answers


def problem_with(url: str, component: str = "", timeout: float = TIMEOUT) -> str:
    """What is wrong with the service at a URL; empty when it is healthy."""
    parts = urllib.parse.urlsplit(url)
    try:
        if parts.scheme == "http":
            return _http(url, component, timeout)
        return {"tcp": _tcp, "postgresql": _postgresql}[parts.scheme](parts, timeout)
    except (OSError, http.client.HTTPException) as error:
        return str(error) or type(error).__name__


def _http(url: str, component: str, timeout: float) -> str:
    try:
        with urllib.request.urlopen(url, timeout=timeout) as answer:  # noqa: S310
            return health_of(component, answer.read()) if component else ""
    except urllib.error.HTTPError as answer:
        return explain(answer.read(), f"HTTP {answer.code}")


def health_of(component: str, body: bytes) -> str:
    """What a health report says against a component; empty where it calls it healthy."""
    try:
        status = json.loads(body)[component]["status"]
    except (ValueError, KeyError, TypeError):
        return f"the health report does not know {component}"
    return "" if status == "healthy" else f"{component} is {status or 'not there'}"


def explain(body: bytes, otherwise: str) -> str:
    """The failing parts that a /readyz answer names, or what it says, or ``otherwise``."""
    try:
        document = json.loads(body)
        parts = [f"{one['part']} ({one['missing']})" for one in document.get("parts", [])
                 if not one["ready"]]  # fmt: skip
        checks = [name for name, good in document.get("checks", {}).items() if good is False]
        words = parts or checks or [document.get("detail")]
    except (ValueError, AttributeError, KeyError, TypeError):
        return otherwise
    return ", ".join(str(word) for word in words if word) or otherwise


def _tcp(parts: urllib.parse.SplitResult, timeout: float) -> str:
    with socket.create_connection((parts.hostname, parts.port), timeout):
        return ""


def _postgresql(parts: urllib.parse.SplitResult, timeout: float) -> str:
    from psycopg import pq

    address = f"host={parts.hostname} port={parts.port} connect_timeout={max(2, int(timeout))}"
    answer = pq.PGconn.ping(address.encode())
    return "" if answer == pq.Ping.OK else f"PostgreSQL: {pq.Ping(answer).name.lower()}"


if __name__ == "__main__":
    trouble = problem_with(sys.argv[1], "".join(sys.argv[2:3]))
    if trouble:
        sys.exit(f"{sys.argv[1]}: {trouble}")
