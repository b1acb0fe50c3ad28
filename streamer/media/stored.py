"""What a media store tells of an object without reading it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class StoredObject:
    """An object as it lies in the store, whatever the database knows of it."""

    uri: str
    bytes: int
    modified_at: datetime
    """When its bytes were last written; has a time zone."""
