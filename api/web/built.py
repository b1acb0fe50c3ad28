"""What `make setup` built of the page: which script and which styles belong to which page."""

import json
from dataclasses import dataclass
from pathlib import Path

DIST = Path(__file__).parent / "dist"
PREFIX = "/web"


@dataclass(frozen=True)
class BuiltPage:
    """Addresses of what a page loads."""

    script: str
    styles: tuple[str, ...]


def find_page(name: str, dist: Path = DIST) -> BuiltPage | None:
    """The page of ``src/<name>/main.ts``; None where it was not built.

    Read at each visit: a build may come, or be replaced, while the facade runs.
    """
    try:
        manifest = json.loads((dist / "manifest.json").read_bytes())
        entry = manifest[f"src/{name}/main.ts"]
        styles = tuple(f"{PREFIX}/{each}" for each in entry.get("css", ()))
        return BuiltPage(f"{PREFIX}/{entry['file']}", styles)
    except (OSError, ValueError, KeyError, TypeError):
        return None
