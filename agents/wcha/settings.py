"""What the harvest may read, and how much of it."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class HarvestSettings(BaseSettings):
    """Limits and addresses of the harvest."""

    model_config = SettingsConfigDict(
        env_prefix="AETHERCAST_",
        env_file=".aethercast/env",
        extra="ignore",
        use_attribute_docstrings=True,
    )

    source_max_bytes: int = 50_000_000
    """The largest source that is read, in bytes."""

    source_max_pages: int = 400
    """How many pages of a PDF are read; the rest is left out."""

    source_max_characters: int = 400_000
    """How many characters of text one source may contribute; the rest is left out."""

    source_seconds: float = 30.0
    """How long reading one source may take, in seconds."""

    source_min_words: int = 40
    """Fewer words than this are no material."""

    fetch_connect_seconds: float = 5.0
    """How long a web address given by a caller may take to accept a connection."""

    fetch_seconds: float = 20.0
    """How long fetching one web page may take in all."""

    fetch_max_redirects: int = 5
    """How many redirects are followed."""

    fetch_allow_loopback: bool = False
    """Whether addresses of this machine may be fetched. For tests only."""

    fetch_user_agent: str = "Aethercast/0.1 (podcast harvester)"
    """How the harvester names itself to web servers."""

    search_web: bool = True
    """Whether Wikipedia and the feeds are asked when the library has nothing on a topic."""

    search_connect_seconds: float = 0.7
    """How long the network may stay silent before a search counts as offline."""

    search_seconds: float = 6.0
    """How long searching the web may take in all."""

    wikipedia_url: str = "https://en.wikipedia.org/w/rest.php/v1"
    """Base of the MediaWiki REST API that is searched."""

    wikipedia_page_url: str = "https://en.wikipedia.org/wiki/"
    """What a page's key is appended to, to name the page to people."""

    feeds: list[str] = []
    """RSS or Atom feeds (a JSON list of addresses) searched after Wikipedia."""
