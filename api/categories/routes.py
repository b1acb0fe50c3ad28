"""GET /categories."""

from fastapi import APIRouter

from api.documentation import documented
from api.parts import OfFacade
from api.problems import TooManyRequests, Unauthenticated
from api.snippets.document import Document
from api.snippets.ranking import count_categories
from api.snippets.view import OfAsker, see

router = APIRouter(prefix="/categories", tags=["snippets"])


class CategoryState(Document):
    """What a card can be about, and what you think of it."""

    category: str
    label: str
    cards: int
    """How many there are for you; none of a category that you muted."""
    liked: bool
    muted: bool


class CategoryList(Document):
    """All of them, in the order in which they are shown."""

    categories: list[CategoryState]


@router.get(
    "", operation_id="list_categories", summary="What stories can be about",
    responses=documented(Unauthenticated, TooManyRequests),
)  # fmt: skip
async def list_categories(parts: OfFacade, asker: OfAsker) -> CategoryList:
    """Like and mute them in the preferences of your session."""
    view = await see(parts, asker)
    cards = count_categories(view.cards.values())
    return CategoryList(
        categories=[
            CategoryState(
                category=name, label=label, cards=cards.get(name, 0),
                liked=name in view.taste.liked, muted=name in view.taste.muted,
            )
            for name, label in view.labels.items()
        ]
    )  # fmt: skip
