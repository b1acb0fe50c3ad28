"""GET /search."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import AfterValidator

from api.documentation import documented
from api.parts import OfFacade
from api.problems import InvalidRequest, TooManyRequests, Unauthenticated
from api.search.document import Found
from api.search.find import Search
from api.snippets.view import OfAsker, see
from api.words import LINE_SCHEMA, one_line

router = APIRouter(prefix="/search", tags=["snippets"])
LONGEST = 200
MOST = 20
Kind = Literal["snippets", "topics", "episodes"]
_SCHEMA = {"pattern": LINE_SCHEMA["pattern"], "examples": ["coffee plant"]}


@router.get(
    "", operation_id="search", summary="Search cards, stories and your episodes",
    responses=documented(Unauthenticated, InvalidRequest, TooManyRequests),
)  # fmt: skip
async def search(
    parts: OfFacade,
    asker: OfAsker,
    q: Annotated[
        str,
        Query(
            min_length=1,
            max_length=LONGEST,
            json_schema_extra=_SCHEMA,
            description='Words, as in a web search: "exactly this", this or that, -but not this.'
            " The last one may be the beginning of a word.",
        ),
        AfterValidator(one_line),
    ],
    kind: Annotated[Kind | None, Query(description="Only these; all, where left out.")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = MOST,
) -> Found:
    """Words of no weight, such as "the", find nothing. Cards of categories that you muted are not
    among what is found, nor is anything of somebody else's."""
    view = await see(parts, asker)
    asked = Search(view, q, limit)
    async with parts.pool.connection() as connection:
        return Found(
            query=q,
            snippets=await asked.snippets(connection) if kind in (None, "snippets") else [],
            topics=await asked.topics(connection) if kind in (None, "topics") else [],
            episodes=await asked.episodes(connection) if kind in (None, "episodes") else [],
        )
