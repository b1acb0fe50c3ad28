"""Markdown: prose and headings; code, tables, pictures and raw HTML are left out."""

import re
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from agents.wcha.text import Block

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_FRONT = re.compile(r"\A\ufeff?---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*\n", re.DOTALL)
_FIELD = re.compile(r"^(title|author|date):[ \t]*(.+?)[ \t]*$", re.MULTILINE | re.IGNORECASE)
_PROSE = frozenset({"text", "code_inline"})


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


def read_markdown(text: str) -> tuple[list[Block], dict[str, str]]:
    """Blocks of a Markdown text, and title, author and date of its front matter."""
    front = _FRONT.match(text)
    fields = _front_fields(front[1]) if front else {}
    tokens = _parser().parse(text[front.end() :] if front else text)
    return list(_blocks(tokens)), fields


def _front_fields(front: str) -> dict[str, str]:
    return {match[1].lower(): match[2].strip("\"'") for match in _FIELD.finditer(front)}


def _blocks(tokens: "list[Token]") -> "list[Block]":
    blocks: list[Block] = []
    level = table = 0
    for token in tokens:
        if token.type in {"table_open", "table_close"}:
            table += token.nesting
        elif token.type in {"heading_open", "heading_close"}:
            level = int(token.tag[1]) if token.nesting == 1 else 0
        elif token.type == "inline" and not table:
            blocks.append(Block(_inline_text(token.children or []), level))
    return blocks


def _inline_text(children: "list[Token]") -> str:
    pieces = []
    for child in children:
        if child.type in _PROSE:
            pieces.append(child.content)
        elif child.type in {"softbreak", "hardbreak"}:
            pieces.append(" ")
    return "".join(pieces)


def parse_date(text: str | None) -> date | None:
    """The calendar date a text begins with (``2024-05-19…``), if it does."""
    try:
        return date.fromisoformat((text or "").strip()[:10])
    except ValueError:
        return None
