"""The starter library: original articles, kept as Markdown and loaded into ``documents``."""

from agents.wcha.library.shelf import Article, load_library, read_articles

__all__ = ["Article", "load_library", "read_articles"]
