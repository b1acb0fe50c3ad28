"""Whether a card can be shown: held against the catalogue once, when it is read.

A browser refuses a whole page for one card that is not as the catalogue has it.
"""

from typing import cast

import structlog

from agents.duia.cards import Card
from agents.duia.errors import PageInvalid
from agents.duia.fragments import card_component, card_data
from agents.duia.validate import check_card
from api.snippets.fragments import PoolCard

log = structlog.get_logger()


def can_be_shown(card: PoolCard) -> bool:
    """Whether the card is what a page takes; one that is not is told to operators only."""
    said = cast(Card, {**card.said, "image_url": card.image_uri})
    try:
        check_card(card_component(said), card_data(said, card.merits.category))
    except (PageInvalid, KeyError, TypeError) as problem:
        log.error("card.invalid", snippet_id=str(card.snippet_id), problem=repr(problem))
        return False
    return True
