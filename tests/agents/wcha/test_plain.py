"""Plain text and Markdown."""

from datetime import date

from agents.wcha.extract import extract
from agents.wcha.formats.plain import join_lines
from agents.wcha.sniff import sniff

WRAPPED = """THE EARLY YEARS

The harbour was built in 1872, and for eighty years it was the busi-
est on the coast. A well-known engineer from NASA later wrote that
nothing like it had been seen before in that part of the world.

    A new paragraph may begin with an indent instead of a blank line.
It goes on in the next line and ends here.
    Another one begins.

DECLINE. Then the river silted up, and within ten years the last ship
had gone.

2. What remained

Warehouses remained. So did a well-
known inn with a view of NASA's old antenna.

- a first point that is worth telling in a sentence
- a second point of the same kind
"""

MARKDOWN = """---
title: "The Old Harbour"
author: Ann Other
date: 2024-05-19
---

# The Old Harbour

It was *the busiest* on the [coast](http://example.org), and the `quay` was
long. It had been built in 1872 by people who knew their trade very well.

```python
print("left out")
```

| year | ships |
|------|-------|
| 1872 | 41    |

## Today

![a picture](x.png) Warehouses hold a market and a school of music these days.

> It was a harbour before it was a market, and everybody there still says so.

- one item of a list that is long enough to be told
"""


def test_lines_are_joined_and_headings_found() -> None:
    found = extract(WRAPPED.encode())
    paragraphs = found.body.split("\n\n")
    assert found.title == "The Early Years"
    assert paragraphs[0].startswith(
        "The harbour was built in 1872, and for eighty years it was the busiest on"
    )
    assert paragraphs[1].endswith("It goes on in the next line and ends here.")
    assert paragraphs[2] == "Another one begins."
    assert paragraphs[3].startswith("Then the river silted up")
    assert [(h["text"], found.body[h["start"] :][:10]) for h in found.outline] == [
        ("Decline", "Then the r"),
        ("2. What remained", "Warehouses"),
    ]
    assert paragraphs[-1] == "a second point of the same kind"


def test_a_compound_seen_elsewhere_keeps_its_hyphen() -> None:
    assert join_lines(["a well-", "known inn"], frozenset({"well-known"})) == "a well-known inn"
    assert join_lines(["the busi-", "est one"]) == "the busiest one"
    assert join_lines(["1914-", "1918 was"]) == "1914- 1918 was"


def test_a_paragraph_per_line_stays_so() -> None:
    lines = [f"Paragraph number {n} is one long line that ends with a full stop." for n in range(9)]
    assert extract("\n".join(lines).encode()).body.split("\n\n") == lines


def test_markdown_keeps_prose_and_headings_only() -> None:
    found = extract(MARKDOWN.encode())
    assert (found.title, found.author, found.published_on) == (
        "The Old Harbour", "Ann Other", date(2024, 5, 19),
    )  # fmt: skip
    assert "It was the busiest on the coast, and the quay was long." in found.body
    assert "Warehouses hold a market" in found.body
    for gone in ("left out", "41", "a picture", "http", "#", "*", "`"):
        assert gone not in found.body
    (heading,) = found.outline
    assert found.body[heading["start"] :].startswith("Warehouses")


def test_the_bytes_say_what_a_source_is() -> None:
    assert sniff(b"%PDF-1.7 ...")[0] == "pdf"
    assert sniff(b"\xef\xbb\xbf<!DOCTYPE html><p>x")[0] == "html"
    assert sniff(MARKDOWN.encode())[0] == "markdown"
    assert sniff(WRAPPED.encode("utf-16"))[0] == "plain"
    assert sniff(b"# A guide to <div> and <p>\n\nWrite `<html>` first.")[0] == "markdown"
    assert sniff(b"caf\xe9 au lait, every day")[1] == "café au lait, every day"
