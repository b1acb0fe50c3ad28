"""Twelve stories as a feed or the library tells them, and what their cards say of them."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Story:
    """A story: its text, title first, and the sentences of it that stand on its card."""

    title: str
    category: str
    publisher: str
    url: str | None
    keywords: list[str]
    told: tuple[str, ...]
    rest: str = ""

    @property
    def body(self) -> str:
        """What spans point into."""
        return f"{self.title}\n\n{' '.join(self.told)}" + (f"\n\n{self.rest}" if self.rest else "")

    def renamed(self, number: int) -> "Story":
        """The same under another title and address: another story to everybody but a reader."""
        url = self.url and f"{self.url}-{number}"
        return replace(self, title=f"{self.title}, part {number}", url=url)


STORIES = (
    Story(
        "A River Gets Its Bends Back", "nature", "The Field Notebook",
        "https://notebook.example/rivers/bends", ["river", "meadow", "otter"],
        ("Engineers have led the River Culm back into 9 kilometres of the loops that were cut "
         "off in 1968.",
         "Otters returned to the water within 4 months of the first digging."),
        "The work cost 6 million euros and moved no house. Farmers along the bank were paid for "
        "the hay they lost.",
    ),
    Story(
        "The Telescope That Listens to Ice", "science", "Polar Letters",
        "https://polar.example/icecube", ["ice", "neutrino", "Antarctica"],
        ("Under the South Pole, 5,160 glass spheres wait in the dark for a flash that lasts a "
         "few billionths of a second.",
         "Each flash is the trace of a neutrino that crossed the whole Earth without touching "
         "anything."),
        "The spheres hang on 86 cables, melted into the ice with hot water.",
    ),
    Story(
        "How Coffee Crossed the Sea in a Glass Box", "food", "Aethercast library", None,
        ["coffee", "Martinique", "ship"],
        ("In 1723 a naval officer named Gabriel de Clieu carried one coffee plant from Paris to "
         "Martinique in a box of glass.",
         "When the drinking water ran short he shared his ration with it."),
        "Fifty years later there were 18 million trees on the island.",
    ),
    Story(
        "The Bridge That Sings in the Wind", "architecture", "Spans Weekly",
        "https://spans.example/singing-bridge", ["bridge", "wind", "steel"],
        ("Since its railings were replaced in 2020, the Golden Gate Bridge hums a low A when the "
         "wind blows from the west.",
         "Engineers tested the new slats for 70 miles an hour and never thought of the tone.",
         "People 3 miles away hear it through closed windows."),
    ),
    Story(
        "A City Counts Its Swifts", "climate", "Morning Roofs",
        "https://roofs.example/swifts", ["swift", "roof", "summer"],
        ("For three weeks in June, 1,100 volunteers in Brussels lay on their backs and counted "
         "birds.",
         "They found 214 nests that no map had known, most of them under the tiles of schools."),
    ),
    Story(
        "The Violin That Spent a War Under a Floor", "music", "Aethercast library", None,
        ["violin", "war", "Warsaw"],
        ("A carpenter in Warsaw hid a violin of 1754 under the floor of his workshop and never "
         "told anybody whose it was.",
         "His daughter found it in 1987 while she was looking for a leak."),
    ),
    Story(
        "A Map of Every Tree in the Sahara", "technology", "Orbit Daily",
        "https://orbit.example/trees", ["tree", "Sahara", "satellite"],
        ("A program trained on 90,000 trees has found 1.8 billion more in satellite pictures of "
         "the western Sahara.",
         "Most of them stand alone, too far from the next to be called a forest."),
    ),
    Story(
        "Why the Harbour Lights Turned Amber", "ocean", "The Tidewatcher",
        "https://tides.example/amber", ["harbour", "light", "turtle"],
        ("The port of Funchal has changed 640 lamps to amber, because young shearwaters take "
         "white ones for the moon.",
         "In the first autumn 12 birds fell into the streets, where there had been 300."),
    ),
    Story(
        "The Clinic That Arrives by Canoe", "health", "Delta Post",
        "https://delta.example/canoe-clinic", ["clinic", "river", "vaccine"],
        ("Twice a month two nurses paddle a refrigerator up the Sepik to villages that no road "
         "reaches.",
         "They have vaccinated 4,300 children in a year and lost no dose to the heat."),
    ),
    Story(
        "A Comet Nobody Was Waiting For", "space", "Night Desk",
        "https://night.example/comet", ["comet", "sky", "dawn"],
        ("A comet found by a schoolteacher in Nagano will pass the Sun on 14 December.",
         "It may be seen without glasses for 5 mornings, low in the east before dawn."),
    ),
    Story(
        "The Ledger of a Baker Who Never Raised a Price", "economics", "Aethercast library", None,
        ["bread", "price", "ledger"],
        ("A bakery in Lucca sold its loaf for the same 90 lire from 1951 to 1963, and wrote down "
         "every one.",
         "The ledger fills 31 volumes and is read today by people who study inflation."),
    ),
    Story(
        "Ninety Minutes Without a Whistle", "sport", "Touchline",
        "https://touchline.example/no-referee", ["football", "referee", "village"],
        ("In the league of the Faroe island Suðuroy, 8 teams have played a season without a "
         "referee.",
         "Players called their own fouls, and only 2 of 56 matches ended in an argument."),
    ),
)  # fmt: skip
