"""Loading the parsers once, before anything is forked that needs them."""

import codecs
import contextlib
from functools import cache

from agents.wcha.errors import UnreadableSource

_SENTENCE = "These words stand here so that every part of the parsers has been loaded once. "
_PAGE = f"<html><head><title>A page</title></head><body><h1>A</h1><p>{_SENTENCE * 8}</p></body>"
_MARKDOWN = f"# A text\n\n{_SENTENCE * 8}"
_PLAIN = _SENTENCE * 8
_PAPER = b"""%PDF-1.4
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj
3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R
  /Resources <</Font <</F <</Type /Font /Subtype /Type1 /BaseFont /Helvetica>> >> >> >> endobj
4 0 obj <</Length 44>> stream
BT /F 12 Tf 40 200 Td (A page on paper.) Tj ET
endstream endobj
trailer <</Root 1 0 R>>
%%EOF
"""
_FEED = b"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>A &amp;amp; B</title><item><title>A &lt;b&gt;title&lt;/b&gt;</title><guid>1</guid>
<link>https://example.org/1</link><pubDate>Sun, 01 Nov 2026 10:00:00 +0100</pubDate>
<description><![CDATA[<p>These words stand here once.</p>]]></description></item>
<item><title>B</title><pubDate>2026-11-01</pubDate></item></channel></rss>
"""


@cache
def warm() -> None:
    """Import every parser and let it read something, so that later it opens no file.

    Takes about half a second the first time. Processes forked from this one inherit it.
    """
    from agents.wcha.extract import extract
    from agents.wcha.settings import HarvestSettings

    codecs.lookup("utf-16-le")
    settings = HarvestSettings()
    for one in (_PAGE.encode(), _MARKDOWN.encode(), _PLAIN.encode(), _PAPER):
        with contextlib.suppress(UnreadableSource):
            extract(one, settings)


@cache
def warm_feeds() -> None:
    """Import the feed parser and let it read feeds that are whole, broken and none."""
    from agents.wcha.formats.feed import read_feed

    # Bytes that are no text make it try every encoding it knows.
    noise = bytes(range(256))
    for one in (_FEED, _FEED[:-40], _FEED.replace(b"utf-8", b"iso-8859-1"), noise, noise[::-1]):
        with contextlib.suppress(UnreadableSource):
            read_feed(one, 1)
