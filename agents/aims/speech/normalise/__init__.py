"""Text for the eye to text for the ear: no digit, no symbol, no abbreviation is left.

Rules come first, number words last; `pipeline` says in which order and why.
"""

from agents.aims.speech.normalise.pipeline import spell_out

__all__ = ["spell_out"]
