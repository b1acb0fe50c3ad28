"""What the harvest may read, and how much of it."""

from pydantic import Field
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

    source_max_memory: int = 768_000_000
    """How much memory reading one source may take, in bytes."""

    harvest_seconds: float = 180.0
    """How long reading all sources of an episode may take; what is not read by then is left out."""

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
    """How the harvester names itself to web servers. In robots.txt it is `Aethercast`."""

    fetch_contact: str = ""
    """A web or mail address for web masters with a question; it is added to that name."""

    site_interval: float = Field(default=0.5, ge=0)
    """How far apart visits to one web site are in the long run, in seconds."""

    site_burst: int = Field(default=4, ge=1)
    """How many visits to one web site may follow each other at once."""

    site_parallel: int = Field(default=2, ge=1)
    """How many pages of one web site are fetched at the same time, over all workers."""

    site_longest_delay: float = Field(default=5.0, ge=0)
    """The longest Crawl-delay of a robots.txt that is honoured, in seconds."""

    robots_seconds: float = Field(default=5.0, gt=0)
    """How long a web site may take to hand out its robots.txt."""

    robots_hours: float = Field(default=24.0, gt=0, le=24)
    """How long a robots.txt is believed (RFC 9309 allows 24 hours at most)."""

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

    @property
    def user_agent(self) -> str:
        """The name with the contact behind it."""
        return f"{self.fetch_user_agent} +{self.fetch_contact}".removesuffix(" +")
