"""Where topics are looked for, and how long."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from agents.wcha.settings import HarvestSettings


class DiscoverySettings(HarvestSettings):
    """Settings of the topic discovery agent."""

    model_config = SettingsConfigDict(
        env_prefix="AETHERCAST_",
        env_file=".aethercast/env",
        extra="ignore",
        use_attribute_docstrings=True,
    )

    feed_max_bytes: int = Field(default=5_000_000, gt=0)
    """The largest feed that is read, in bytes; of a larger one nothing is."""

    feed_seconds: float = Field(default=8.0, gt=0)
    """How long a feed may take to answer, in seconds, where nobody waits."""

    feed_hurry_seconds: float = Field(default=1.5, gt=0)
    """How long feeds are waited for where somebody waits for cards, in seconds."""

    feed_items: int = Field(default=60, ge=1, le=1000)
    """How many entries of one answer of a feed are kept, the newest."""

    feed_minutes: float = Field(default=15.0, gt=0)
    """The least time between two looks at one feed, in minutes; longer where the feed asks so."""

    pages: int = Field(default=12, ge=0)
    """How many pages of chosen entries one discovery fetches, where nobody waits."""

    page_seconds: float = Field(default=4.0, ge=0)
    """How long these pages may take in all, in seconds; 0: none is fetched."""

    topic_days: float = Field(default=5.0, gt=0)
    """From which age on an entry of a feed is no news, in days."""

    match_days: float = Field(default=14.0, gt=0)
    """For how long a topic that was not met again is still known as the same story, in days."""

    match_newest: int = Field(default=1000, ge=0)
    """With how many texts of the topics met last what is new is compared."""

    match_nearest: int = Field(default=400, ge=0)
    """With how many texts of older topics what is new is compared: those that share most words."""

    retell_days: float = Field(default=30.0, gt=0)
    """After how many days a document of the library may be told again."""

    discovery_publisher_share: float = Field(default=0.34, gt=0, le=1)
    """The share of one discovery's topics that one publisher may have, if there are others."""

    discovery_category_share: float = Field(default=0.34, gt=0, le=1)
    """The share of one discovery's topics that one category may have, if there are others."""
