"""Who sets the title on a picture, and in which ink it can be read there."""

from typing import Literal

Lettering = Literal["set", "room"]
"""``set``: the title is painted; ``room``: no letter is, and a page sets the title there itself."""

Ink = Literal["light", "dark"]
