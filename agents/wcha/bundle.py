"""What a harvest hands on."""

from typing import TypedDict


class SourceMetadata(TypedDict):
    """When a source was published (ISO date) and by whom, where it says so."""

    date: str | None
    author: str | None


class BundleSource(TypedDict):
    """One source that can be used. Its text stays in ``sources.body``."""

    source_id: str
    source_url: str | None
    title_of_source: str
    summary_of_source: str
    retrieval_datetime: str
    words: int
    metadata: SourceMetadata


class Problem(TypedDict):
    """One source that cannot be used, and why, in a sentence a listener understands."""

    source_id: str
    title: str
    message: str


class HarvestedContentBundle(TypedDict):
    """The material of an episode, as JSON."""

    topic: str
    retrieval_timestamp: str
    cover_art_prompt: str
    sources: list[BundleSource]
    problems: list[Problem]
