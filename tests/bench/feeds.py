"""Five feeds on a server of this machine: forty entries, of which sixteen tell a story again."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path
from time import sleep

from tests.agents.site import Site

Story = tuple[str, str]
"""Title and text."""
PUBLISHERS = ("Harbour Gazette", "The Current", "Field Notes", "World Wire", "Northern Echo")
RETOLD = 16
SIXTH = "/sixth.xml"
"""A feed without entries, which the last round has hang."""
STORIES = Path(__file__).with_name("stories.txt")


def read_stories() -> list[Story]:
    """All stories of the file: a title in a line, the text under it, an empty line."""
    blocks = STORIES.read_text(encoding="utf-8").strip().split("\n\n")
    return [(title, text) for title, _, text in (block.partition("\n") for block in blocks)]


def lay_feeds(site: Site) -> list[str]:
    """Lay the feeds down, and an empty one; their addresses.

    A story stands in one feed, and the first sixteen in the next one too, under the same link with
    a tracking parameter, as feeds of one agency do.
    """
    stories = read_stories()
    addresses = []
    for number, publisher in enumerate(PUBLISHERS):
        entries = [
            entry(site, place, story, again=(place + 1) % len(PUBLISHERS) == number)
            for place, story in enumerate(stories)
            if place % len(PUBLISHERS) == number
            or (place < RETOLD and (place + 1) % len(PUBLISHERS) == number)
        ]
        body = feed(publisher, site, entries)
        addresses.append(site.put(f"/feed{number}.xml", body, "application/rss+xml"))
    return [*addresses, site.put(SIXTH, feed("Sixth", site, []), "application/rss+xml")]


def feed(publisher: str, site: Site, entries: list[str]) -> str:
    """An RSS feed."""
    return (
        f'<rss version="2.0"><channel><title>{publisher}</title><link>{site.url}/</link>'
        f"{''.join(entries)}</channel></rss>"
    )


def entry(site: Site, place: int, story: Story, *, again: bool) -> str:
    """An item. Its page is not there: a feed's extract is all there is."""
    title, text = story
    published = datetime.now(UTC) - timedelta(minutes=20 * place + 5)
    link = f"{site.url}/story/{place}" + ("?utm_source=feed" if again else "")
    return (
        f"<item><title>{escape(title)}</title><link>{escape(link)}</link>"
        f"<guid>{place}</guid><pubDate>{format_datetime(published)}</pubDate>"
        f"<description>{escape(text)}</description></item>"
    )


def have_hang(site: Site, path: str) -> None:
    """From now on the server takes a request for this path and never answers."""
    site.streams[path] = lambda _: sleep(60)
