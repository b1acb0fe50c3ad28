"""What a discovery is asked for."""

from dataclasses import dataclass, field
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class Interests(BaseModel):
    """What those who came lately like, by category (a share of them, 0 to 1), and what none of
    them wants to see.
    """

    model_config = ConfigDict(extra="forbid")

    liked: dict[str, float] = Field(default_factory=dict)
    muted: list[str] = Field(default_factory=list)


@dataclass(frozen=True)
class Order:
    """One discovery. Without a user its topics are everybody's."""

    workflow_id: UUID
    user_id: UUID | None = None
    query: str | None = None
    limit: int = 12
    parent_topic_id: UUID | None = None
    interests: Interests = field(default_factory=Interests)
    hurry: bool = False

    @property
    def explores(self) -> bool:
        """Whether somebody asked for something in particular."""
        return self.query is not None or self.parent_topic_id is not None
