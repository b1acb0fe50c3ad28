"""Which problem types have a page."""

from functools import cache


@cache
def documented() -> frozenset[str]:
    """Every `type` that any service of ours may answer with: those of docs/PROBLEMS.md."""
    from scripts.problems_doc import SERVICES, kinds_of

    return frozenset(kind.uri() for _, module, _ in SERVICES for kind in kinds_of(module))
