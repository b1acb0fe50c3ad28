"""The starter library keeps its promises."""

import itertools
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from agents.wcha.extract import extract
from agents.wcha.library import Article, load_library, read_articles
from tests.conftest import ROOT, create_database

ARTICLES = list(read_articles())
Connection = psycopg.Connection[Any]


def named(article: Article) -> str:
    return article.document_id


def test_there_are_enough_of_enough_kinds() -> None:
    assert len(ARTICLES) >= 14
    assert len({article.category for article in ARTICLES}) >= 10
    assert len({article.title for article in ARTICLES}) == len(ARTICLES)


@pytest.mark.parametrize("article", ARTICLES, ids=named)
def test_an_article_is_whole(article: Article) -> None:
    found = extract(f"# {article.title}\n\n{article.body}".encode())
    assert 550 <= found.words <= 900
    assert 3 <= len(found.outline) <= 5
    assert article.author == "Aethercast library"
    assert date(2025, 1, 1) < article.published_on
    assert article.category.islower()
    assert all(paragraph.endswith((".", "?", "”")) for paragraph in found.body.split("\n\n"))


@pytest.mark.parametrize("article", ARTICLES, ids=named)
def test_every_fact_has_a_place_where_it_can_be_checked(article: Article) -> None:
    assert len(article.facts_from) >= 3
    for entry in article.facts_from:
        assert set(entry) == {"source", "year", "supports"}
        assert len(entry["source"]) > 15
        assert 1600 < entry["year"] < 2027
        assert len(entry["supports"].split()) >= 3


@pytest.mark.parametrize("article", ARTICLES, ids=named)
def test_an_article_can_be_heard(article: Article) -> None:
    """Little first person, and no paragraph that begins with a word for something before it."""
    body = re.sub(r"^#.*$", "", article.body, flags=re.MULTILINE)
    assert len(re.findall(r"\b(?:I|my|me)\b", re.sub(r"“[^”]*”|\"[^\"]*\"", "", body))) == 0
    starts = [p.split()[0] for p in body.split("\n\n") if p.strip()]
    assert sum(word in {"He", "She", "They", "It", "This", "These"} for word in starts) <= 2
    assert not re.search(r"https?:|\[|\*\*|`", body)


def test_no_two_articles_share_their_sentences() -> None:
    def grams(article: Article) -> set[tuple[str, ...]]:
        words = re.findall(r"\w+", article.body.lower())
        return set(zip(*(words[n:] for n in range(8)), strict=False))

    for first, second in itertools.combinations(ARTICLES, 2):
        assert not grams(first) & grams(second), (first.title, second.title)


def test_loading_twice_changes_nothing_and_an_edit_is_noticed(
    postgres_server: str, template_database: str, tmp_path: Path
) -> None:
    url = create_database(postgres_server, template_database)
    text = (ROOT / "agents/wcha/library/articles/tides.md").read_text("utf-8")
    (tmp_path / "tides.md").write_text(text)
    with psycopg.connect(url, autocommit=True) as connection:
        assert load_library(connection, tmp_path) == 1
        assert load_library(connection, tmp_path) == 0
        (tmp_path / "tides.md").write_text(text.replace("Twice a day", "Two times a day", 1))
        assert load_library(connection, tmp_path) == 1
        row = connection.execute("SELECT body, facts_from FROM documents").fetchone()
    assert row is not None
    assert row[0].startswith("Two times a day")
    assert row[1][0]["year"] == 1687


def test_it_loads_from_the_command_line(postgres_server: str, template_database: str) -> None:
    url = create_database(postgres_server, template_database)
    command = [sys.executable, "-m", "agents.wcha.library"]
    env = {"AETHERCAST_DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
    told = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=True)
    assert f"{len(ARTICLES)} articles, {len(ARTICLES)} new" in told.stdout
