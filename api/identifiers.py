"""Ids in paths: one that is not even an id names nothing."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path

from api.problems import NotFound


def read_id(text: str) -> UUID:
    """An id as it was written.

    Raises:
        NotFound: it is not even an id.
    """
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


async def read_workflow_id(
    workflow_id: Annotated[str, Path(description="As given when the podcast was asked for.")],
) -> UUID:
    """The id in a path.

    Raises:
        NotFound: it is not even an id.
    """
    return read_id(workflow_id)


OfWorkflow = Annotated[UUID, Depends(read_workflow_id)]


async def read_snippet_id(
    snippet_id: Annotated[str, Path(description="As it stands in GET /snippets.")],
) -> UUID:
    """A card's id in a path.

    Raises:
        NotFound: it is not even an id.
    """
    return read_id(snippet_id)


OfSnippet = Annotated[UUID, Depends(read_snippet_id)]
