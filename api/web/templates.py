"""What a page's HTML is made from. What comes from elsewhere is text in it, whatever it says."""

from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

SHARED = Path(__file__).parent / "html"


def open_templates(folder: Path) -> Environment:
    """A folder's templates; beside them ``bare.html``, the frame of a page that says one thing."""
    templates = Environment(
        loader=FileSystemLoader([folder, SHARED]), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    templates.tests["web_address"] = is_web_address
    return templates


def is_web_address(address: str | None) -> bool:
    """Whether a link to it is safe to show: http or https, and nothing that runs here."""
    try:
        return urlsplit(address or "").scheme.lower() in ("http", "https")
    except ValueError:
        return False
