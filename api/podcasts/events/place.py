"""Where a stream is to go on: the number of the last event that a caller has seen."""

import re
from typing import Annotated

from fastapi import Depends, Header, Query

from api.problems import InvalidRequest

PATTERN = "^[0-9]{0,18}$"
"""Empty is the same as none: so an EventSource says that it has seen nothing."""
_NUMBER = re.compile(r"[0-9]{0,18}", re.ASCII)
_SCHEMA = {"pattern": PATTERN, "examples": ["42"]}


async def _read_place(
    last_event_id: Annotated[
        str | None,
        Header(
            alias="Last-Event-ID",
            description="`id` of the last event seen; an EventSource sends it by itself.",
            json_schema_extra=_SCHEMA,
        ),
    ] = None,
    in_query: Annotated[
        str | None,
        Query(
            alias="last_event_id",
            description="The same, for those who cannot send headers. The header wins.",
            json_schema_extra=_SCHEMA,
        ),
    ] = None,
) -> int | None:
    for name, given in (("Last-Event-ID", last_event_id), ("last_event_id", in_query)):
        if given is not None and not _NUMBER.fullmatch(given):
            detail = f"{name} is the id of an event: a whole number of up to 18 digits."
            raise InvalidRequest(detail, errors=[{"parameter": name, "detail": detail}])
    given = last_event_id or in_query
    return int(given) if given else None


OfPlace = Annotated[int | None, Depends(_read_place)]
