"""A card without a model: a source's own title and two or three of its own sentences."""

from agents.aims.text.episode_length import estimate_seconds
from agents.aims.text.errors import TooLittleText
from agents.aims.text.grounded.card_title import choose_title, plain
from agents.aims.text.grounded.dateline import length_of_dateline
from agents.aims.text.grounded.document import Sentence as Lifted
from agents.aims.text.grounded.picture import describe_picture
from agents.aims.text.grounded.teaser import Page, Teaser, find_teaser, open_page
from agents.aims.text.grounded.words import collapse
from agents.aims.text.request import Source
from agents.aims.text.tasks import Sentence, Snippet, SnippetParameters, Span


def write_snippet(sources: list[Source], parameters: SnippetParameters) -> Snippet:
    """Write the card of a topic, word for word out of its sources.

    The same sources give the same card, whatever the attempt.

    Raises:
        TooLittleText: the sources have not two sentences that can stand by themselves.
    """
    pages = [open_page(source) for source in sources]
    ranked = sorted(pages, key=lambda page: -page.usable)
    teaser = find_teaser(ranked)
    if teaser is None:
        raise TooLittleText("The sources have not two sentences that can stand by themselves.")
    texts = {source.id: source.text for source in sources}
    told = [_tell(sentence, texts[sentence.source_id]) for sentence in teaser]
    said = frozenset(plain(sentence.text) for sentence in told)
    title = choose_title(_title_order(ranked, teaser), parameters.longest_title, said)
    main = next(page for page in pages if page.source.id == teaser[0].source_id)
    return Snippet(
        title=title.text, title_citations=[title.span],
        sentences=told,
        cover_prompt=describe_picture(title.text, main.document.text),
        estimated_seconds=estimate_seconds(sources, parameters),
    )  # fmt: skip


def _tell(lifted: Lifted, text: str) -> Sentence:
    """A sentence word for word, without its dateline, and where it stands."""
    start = lifted.start + length_of_dateline(text[lifted.start : lifted.end])
    span = Span(source_id=lifted.source_id, start=start, end=lifted.end)
    return Sentence(text=collapse(text[start : lifted.end]), citations=[span])


def _title_order(ranked: list[Page], teaser: Teaser) -> list[Page]:
    """The sources whose titles are tried: that of the sentences first, then the best told."""
    told = teaser[0].source_id
    return sorted(ranked, key=lambda page: page.source.id != told)
