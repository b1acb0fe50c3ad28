"""What `make setup` built of the page: which script and which styles belong to which page."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DIST = Path(__file__).parent / "dist"
PREFIX = "/web"
UNBUILT = ("/episodes/style.css",)


@dataclass(frozen=True)
class BuiltPage:
    """Addresses of what a page loads."""

    script: str
    styles: tuple[str, ...]
    fonts: tuple[str, ...] = ()
    """Which the first paint wants: the first that the styles name."""


def find_page(name: str, dist: Path = DIST) -> BuiltPage | None:
    """The page of ``src/<name>/main.ts``; None where it was not built.

    Read at each visit: a build may come, or be replaced, while the facade runs.
    """
    try:
        manifest = json.loads((dist / "manifest.json").read_bytes())
        entry = manifest[f"src/{name}/main.ts"]
        styles = dict.fromkeys(f"{PREFIX}/{each}" for each in _styles(manifest, entry))
        fonts = [each for each in entry.get("assets", ()) if each.endswith(".woff2")][:1]
        script = f"{PREFIX}/{entry['file']}"
        return BuiltPage(script, tuple(styles), tuple(f"{PREFIX}/{each}" for each in fonts))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def find_styles(name: str, dist: Path = DIST) -> tuple[str, ...]:
    """A page's styles; where it was not built, those that need no building."""
    built = find_page(name, dist)
    return UNBUILT if built is None else built.styles


def _styles(manifest: dict[str, Any], entry: dict[str, Any]) -> Iterator[str]:
    """Those of what it shares with other pages come first, so that its own have the last word."""
    for name in entry.get("imports", ()):
        yield from _styles(manifest, manifest[name])
    yield from entry.get("css", ())
