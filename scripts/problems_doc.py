"""Writes docs/PROBLEMS.md: every error every service answers with, from the code itself.

python -m scripts.problems_doc            writes the page
python -m scripts.problems_doc --check    ends with 1 where the page is another
"""

import importlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "PROBLEMS.md"
HEADING = """\
# Problems

Written by `make problems` from the code; a test compares. Every answer outside 2xx and 3xx is
`application/problem+json` (RFC 9457): `type`, `title`, `status`, `detail`, and what the kind adds.
`type` is relative to the service that answers, which serves a page for it there. Match on `type`;
`detail` is for people and may change. `other` carries whichever status the framework gave.
"""
SERVICES = (
    ("Facade, :8000", "api.problems", "The public door."),
    ("Task status of the agents, :8020", "agents.status.problems", "Internal; service token."),
    (
        "Models (AIMS), :8030",
        "agents.aims.problems",
        "Internal; service token. `error` names our own class of error, `retryable` says whether"
        " asking again may help.",
    ),
    (
        "Stream feeder (ASF), :8010",
        "streamer.asf.problems",
        "Its HTTP side, handshakes included. Behind the handshake a stream ends with an `error`"
        " message instead; its codes are below.",
    ),
)
CODES = """\
## Codes of a stream's `error` message

`{"type":"error","code","message","retryable"}`, the last message before the close. Reconnect with
the cursor where `retryable` is true.

| code | close | retryable | means |
|---|---|---|---|
"""


def kinds_of(module: str) -> list[Any]:
    """The problem classes of a service, by status and name."""
    catalogue = importlib.import_module(module).CATALOGUE
    kinds: Iterable[Any] = catalogue.values() if isinstance(catalogue, dict) else catalogue
    return sorted(kinds, key=lambda kind: (kind.status, kind.name))


def section(title: str, module: str, words: str) -> Iterator[str]:
    """One service's table."""
    yield f"## {title}\n\n{words}\n\n| type | status | title | means |\n|---|---|---|---|\n"
    for kind in kinds_of(module):
        yield f"| `{kind.uri()}` | {kind.status} | {kind.title} | {kind.explanation()} |\n"
    yield "\n"


def codes() -> Iterator[str]:
    """The codes of a stream that breaks off."""
    yield CODES
    refusals = importlib.import_module("streamer.asf.refusals")
    for code, ending in refusals.Refusal.ENDINGS.items():
        again = "yes" if ending.retryable else "no"
        yield f"| `{code}` | {ending.close_code} | {again} | {ending.message} |\n"


def page() -> str:
    """The whole page."""
    tables = "".join(piece for service in SERVICES for piece in section(*service))
    return f"{HEADING}\n{tables}{''.join(codes())}"


def main(arguments: list[str]) -> int:
    """Write the page, or compare it."""
    if "--check" in arguments:
        return int(PAGE.read_text(encoding="utf-8") != page())
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
