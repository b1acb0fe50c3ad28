"""Which problem types have a page."""

from functools import cache


@cache
def documented() -> frozenset[str]:
    """Every `type` that any service of ours may answer with."""
    from api.problems import CATALOGUE

    return frozenset(kind.uri() for kind in CATALOGUE.values())
