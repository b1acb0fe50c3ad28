"""What a page's form sends."""

from urllib.parse import parse_qs

from fastapi import Request

from api.problems import BadRequest, UnsupportedMediaType

MOST_FIELDS = 8


async def read_form(request: Request, most: int = MOST_FIELDS) -> dict[str, str]:
    """The form's fields, of each the first value.

    Raises:
        UnsupportedMediaType: the body is no form.
        BadRequest: it has more fields than any of ours.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise UnsupportedMediaType(f"The page at {request.url.path} sends a form.")
    body = (await request.body()).decode("utf-8", "replace")
    try:
        fields = parse_qs(body, keep_blank_values=True, max_num_fields=most)
    except ValueError:
        raise BadRequest("The form has too many fields.") from None
    return {name: values[0] for name, values in fields.items()}
