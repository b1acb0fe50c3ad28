"""No finished model call is made twice, and no attempt at one is hidden."""

from agents.journal.journal import Journal, Produced

__all__ = ["Journal", "Produced"]
