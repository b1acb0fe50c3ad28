"""Feeds as papers publish them, laid on a web server of the test."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

from tests.agents.site import Site


@dataclass(frozen=True)
class Report:
    """One entry; ``hours`` is its age, None for no date at all."""

    title: str
    text: str
    hours: float | None = 2.0
    link: str | None = None
    guid: str | None = None
    content: str | None = None
    tags: tuple[str, ...] = ()


@dataclass
class Paper:
    """A feed of reports."""

    name: str
    reports: list[Report] = field(default_factory=list)

    def rss(self, base: str) -> str:
        """As RSS 2.0."""
        entries = "".join(_entry(report, base, n) for n, report in enumerate(self.reports))
        return (
            '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"'
            ' xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
            f"<title>{escape(self.name)}</title>{entries}</channel></rss>"
        )


def _entry(report: Report, base: str, number: int) -> str:
    link = f"{base}/{number}" if report.link is None else report.link
    pieces = [f"<title>{escape(report.title)}</title>"] if report.title else []
    if link:
        pieces.append(f"<link>{escape(link)}</link>")
    pieces.append(f"<guid isPermaLink='false'>{escape(report.guid or link)}</guid>")
    if report.hours is not None:
        moment = datetime.now(UTC) - timedelta(hours=report.hours)
        pieces.append(f"<pubDate>{format_datetime(moment)}</pubDate>")
    pieces += [f"<category>{escape(tag)}</category>" for tag in report.tags]
    pieces.append(f"<description>{escape(report.text)}</description>")
    if report.content is not None:
        pieces.append(f"<content:encoded>{escape(report.content)}</content:encoded>")
    return f"<item>{''.join(pieces)}</item>"


def lay(site: Site, papers: Iterable[Paper]) -> list[str]:
    """Lay feeds down; their addresses."""
    addresses = []
    for number, paper in enumerate(papers):
        base = f"{site.url}/paper{number}"
        addresses.append(
            site.put(f"/feed{number}", paper.rss(base), "application/rss+xml; charset=utf-8")
        )
    return addresses
