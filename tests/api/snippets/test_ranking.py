"""The order of cards, whatever cards and whoever looks."""

from dataclasses import dataclass, replace
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from api.snippets.ranking import Merits, Taste, count_categories, rank, score

NOW = 1_800_000_000.0
NAMES = ("food", "space", "sport", "")
Shown = dict[UUID, int]


@dataclass(frozen=True)
class Card:
    snippet_id: UUID
    topic_id: UUID
    merits: Merits


shares = st.floats(0, 1)
merits = st.builds(
    Merits, category=st.sampled_from(NAMES), told_at=st.floats(NOW - 1e6, NOW + 1e5),
    from_library=st.booleans(), publishers=st.integers(1, 9), novelty=shares, quality=shares,
)  # fmt: skip


@st.composite
def pools(draw: st.DrawFn) -> tuple[list[Card], Shown]:
    ids = draw(st.lists(st.uuids(), unique=True, max_size=12))
    cards = [Card(each, UUID(int=each.int ^ 1), draw(merits)) for each in ids]
    return cards, {each: draw(st.integers(0, 200)) for each in ids}


tastes = st.builds(
    lambda liked, muted: Taste(liked - muted, muted),
    st.frozensets(st.sampled_from(NAMES[:3])), st.frozensets(st.sampled_from(NAMES[:3])),
)  # fmt: skip


@settings(max_examples=60)
@given(pools(), tastes)
def test_what_is_muted_never_appears_and_all_else_does_once(
    pool: tuple[list[Card], Shown], taste: Taste
) -> None:
    cards, shown = pool
    order = rank(cards, taste, NOW, shown)
    wanted = {each.snippet_id for each in cards if each.merits.category not in taste.muted}
    assert sorted(each.snippet_id for each in order.cards) == sorted(wanted)
    assert sorted(order.scores, reverse=True) == list(order.scores)


@settings(max_examples=60)
@given(pools(), tastes, st.randoms())
def test_the_order_does_not_hang_on_how_cards_came(
    pool: tuple[list[Card], Shown], taste: Taste, chance: object
) -> None:
    cards, shown = pool
    mixed = list(cards)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert rank(cards, taste, NOW, shown) == rank(mixed, taste, NOW, shown)


@settings(max_examples=60)
@given(pools(), st.sampled_from(NAMES[:3]))
def test_what_is_liked_never_comes_later(pool: tuple[list[Card], Shown], liked: str) -> None:
    cards, shown = pool
    plain = list(rank(cards, Taste(), NOW, shown).cards)
    fond = list(rank(cards, Taste(liked=frozenset({liked})), NOW, shown).cards)
    for card in cards:
        if card.merits.category == liked:
            assert fond.index(card) <= plain.index(card)


@settings(max_examples=60)
@given(pools(), tastes, st.integers(0, 12))
def test_two_pages_are_one_list(pool: tuple[list[Card], Shown], taste: Taste, first: int) -> None:
    cards, shown = pool
    whole = list(rank(cards, taste, NOW, shown).cards)
    rest = [each for each in cards if each not in whole[:first]]
    placed = count_categories(whole[:first])
    assert [*whole[:first], *rank(rest, taste, NOW, shown, placed).cards] == whole


@given(merits, st.uuids(), st.integers(0, 99), shares)
def test_merit_counts_and_wear_and_age_cost(
    merit: Merits, name: UUID, shown: int, more: float
) -> None:
    def value(shown: int = shown, taste: Taste | None = None, **changed: object) -> float:
        card = Card(name, name, replace(merit, **changed))  # type: ignore[arg-type]
        return score(card, taste or Taste(), NOW, shown)

    assert value(novelty=max(more, merit.novelty)) >= value()
    assert value(quality=max(more, merit.quality)) >= value()
    assert value(publishers=merit.publishers + 1) > value()
    assert value(told_at=merit.told_at - 3600) <= value()
    assert value(shown=shown + 1) < value()
    assert value(taste=Taste(listened=frozenset({name}))) < value()


def test_one_category_does_not_fill_a_page() -> None:
    def card(number: int, category: str, novelty: float) -> Card:
        named = UUID(int=number)
        return Card(named, named, Merits(category, NOW, False, 2, novelty, 1.0))

    cards = [card(n, "space", 1.0) for n in range(6)] + [card(9, "food", 0.7)]
    page = rank(cards, Taste(), NOW, {}).cards[:2]
    assert [each.merits.category for each in page] == ["space", "food"]
