"""Any card, any page: what hypothesis draws from."""

from typing import Any

from hypothesis import strategies as st

from agents.duia.cards import Card
from agents.duia.compose import PageOrder
from agents.duia.further import Further

TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=90)
HOSTILE = st.sampled_from(
    ["<script>alert(1)</script>", "</script>", "\u202eevil", "{{ 7*7 }}", "a" * 3000, "/", "~1"]
)
WORDS = TEXT | HOSTILE
UUIDS = st.uuids().map(str)
ADDRESSES = st.none() | st.sampled_from(
    ["https://example.org/a?b=c", "http://a.example", "javascript:alert(1)", "//evil.example/x",
     "https://x.example/" + "y" * 3000, "data:text/html,x", "", " https://a", "HTTPS://A.EXAMPLE"]
)  # fmt: skip
PICTURES = ADDRESSES | st.sampled_from(["media:///covers/x.jpg", "gs://b/x.jpg", "/api/v1/media/x"])
CATEGORIES = ["food", "climate", "space", "world"]

citations = st.fixed_dictionaries(
    {
        "source_id": UUIDS, "start": st.integers(0, 900), "end": st.integers(900, 2000),
        "source_title": WORDS, "source_url": ADDRESSES, "publisher": WORDS | st.just(""),
        "quote": WORDS,
    }
)  # fmt: skip
sentences = st.fixed_dictionaries(
    {"text": TEXT, "citations": st.lists(citations, max_size=2)},
)
episodes = st.none() | st.fixed_dictionaries(
    {
        "podcast_id": UUIDS,
        "status": st.sampled_from(["GENERATING", "COMPLETED", "COMPLETED_WITH_ERRORS", "FAILED",
                                   "CANCELLED", "?"]),
        "duration_seconds": st.none() | st.floats(0.1, 20_000),
    }
)  # fmt: skip
covers = st.none() | st.fixed_dictionaries(
    {"width": st.just(640), "height": st.just(640), "ink": st.sampled_from(["light", "dark"])}
)
any_card: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {
        "snippet_id": UUIDS, "topic_id": UUIDS,
        "title": st.text(st.characters(codec="utf-8"), min_size=1, max_size=80),
        "sentences": st.lists(sentences, max_size=3), "category": st.sampled_from(CATEGORIES),
        "image_url": PICTURES, "cover": covers,
        "estimated_full_podcast_length": st.none() | st.integers(1, 100_000),
        "spread": st.integers(1, 40),
    },
    optional={"episode": episodes},
)  # fmt: skip
some_cards: st.SearchStrategy[list[Card]] = st.lists(
    any_card, max_size=6, unique_by=lambda card: card["snippet_id"]
)
entries: st.SearchStrategy[Any] = st.lists(
    st.fixed_dictionaries(
        {
            "podcast_id": UUIDS, "title": st.none() | TEXT, "topic": TEXT,
            "status": st.sampled_from(["GENERATING", "COMPLETED", "FAILED", "CANCELLED"]),
            "duration_seconds": st.none() | st.floats(0, 9000),
        },
        optional={"cover_url": PICTURES},
    ),
    max_size=3, unique_by=lambda entry: entry["podcast_id"],
)  # fmt: skip
choices: st.SearchStrategy[Any] = st.lists(st.sampled_from(CATEGORIES), unique=True).map(
    lambda names: [
        {"id": name, "label": name.capitalize(), "selected": False, "muted": True} for name in names
    ]
)
ways_on = st.builds(
    Further,
    words=st.text(st.characters(codec="utf-8"), min_size=1, max_size=200),
    looked=st.sampled_from(["idle", "looking", "done", "failed"]),
    found=st.integers(0, 12),
)
orders = st.builds(
    PageOrder,
    surface=st.sampled_from(["landing", "found", "library", "topic"]),
    title=TEXT,
    heading=st.just("") | TEXT,
    aside=st.just("") | TEXT,
    query=st.just("") | WORDS,
    layout=st.sampled_from(["lead", "even"]),
    categories=choices,
    cursor=st.none() | st.just("WzEyLDE3MDBd"),
    coming=st.integers(0, 40),
    near=st.just("") | TEXT,
    near_from=st.integers(0, 3),
    further=st.none() | ways_on,
)
