"""A ground to stand on."""

import pytest

from agents.aims.text.request import Heading, Source
from agents.pswa.ground import Ground

TEXT = (
    "The mill at Corran was built in 1740 by Thomas Averell. It is not made of oak. "
    "The wheel currently turns for nearly nine hours a day, and the roof is in part of slate. "
    "Thus no flood ever reached it. The council restored its grant, in part.\n\n"
    "The fire\n"
    "All 75 people in the village were killed because the gates were shut. "
    "It was the worst night in its history. "
    "He said that the gate was shut because the key was lost. "
    "The baker did not leave because the bread was ready. "
    "The river, however, kept flowing [12]. They rebuilt the mill for $1.5 billion, "
    "but it never worked again."
)


@pytest.fixture
def ground() -> Ground:
    """One source with one heading."""
    heading = Heading(level=2, text="The fire", start=TEXT.index("The fire\n"))
    source = Source(id="a", title="The mill at Corran", text=TEXT, outline=[heading])
    return Ground({"a": source}, "old mills")
