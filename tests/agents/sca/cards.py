"""True cards of the library and of feeds, with what they stand on: to be altered, and looked at."""

from dataclasses import dataclass
from functools import cache

from agents.aims.text.grounded.snippet import write_snippet
from agents.aims.text.request import Heading, Source
from agents.aims.text.tasks import Snippet, SnippetParameters
from agents.pswa.ground import Ground
from tests.agents.tda.seed import feed_story, library_stories

ITEMS = (
    ("Great Barrier Reef suffers worst bleaching on record",
     "Scientists say 91 percent of surveyed reefs in the Great Barrier Reef bleached this summer. "
     "The survey by the Australian Institute of Marine Science covered 719 reefs."),
    ("ECB trims rates",
     "The European Central Bank cut its key rate by a quarter point on Thursday, as inflation fell "
     "below target. Markets had expected the move. Christine Lagarde said the bank was in a good "
     "place."),
    ("Dozens injured after train derails in northern Spain - BBC News",
     "A high-speed train carrying 218 passengers came off the rails near Burgos on Monday evening, "
     "injuring at least 34 people. Emergency services said two of the injured were in a serious "
     "condition. The cause is not known."),
    ("Kenya’s flower farms turn to solar power",
     "“We could not pay the bills any more,” says Grace Wanjiku, who runs a rose farm at Lake "
     "Naivasha. Her 60 hectares now draw four fifths of their power from panels. Kenya exports "
     "200,000 tonnes of flowers a year, most of them to the Netherlands."),
    ("He lost his sight at 30. Now he sails alone around the world",
     "Mitsuhiro Iwamoto set out from San Diego in February. He is guided by a voice on the radio "
     "and by the wind on his face. The crossing took him 55 days."),
    ("Ancient DNA reveals the first families of the steppe",
     "It had long been a puzzle how the herders of the Yamnaya lived together. Geneticists have "
     "now read the genomes of 79 people buried under mounds near the Don. They were mostly "
     "brothers, fathers and sons. Women had come from elsewhere."),
)  # fmt: skip
"""What feeds say: a headline and the beginning of a report."""


@dataclass(frozen=True)
class TrueCard:
    """A card as the embedded writer makes it, and its sources."""

    card: Snippet
    ground: Ground


@cache
def true_cards() -> tuple[TrueCard, ...]:
    """The cards of all sixteen articles of the library, and of the feeds' items."""
    stories = [*library_stories(16), *(feed_story(*item) for item in ITEMS)]
    made = []
    for story in stories:
        [text] = story.texts
        source = Source(
            id=text.identity, title=text.title, text=text.body,
            outline=[Heading.model_validate(entry) for entry in text.body_outline],
        )  # fmt: skip
        ground = Ground({source.id: source}, text.title)
        made.append(TrueCard(write_snippet([source], SnippetParameters()), ground))
    return tuple(made)
