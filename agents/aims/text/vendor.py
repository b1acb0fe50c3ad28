"""One request to a vendor's HTTP API, and what its failures mean."""

import json

import httpx

from agents.aims.text.errors import BadAnswer, VendorRefused, VendorUnavailable
from agents.aims.text.request import Json

RETRYABLE = frozenset({408, 425, 429, 499})


class Vendor:
    """A connection to a vendor. Keys travel in headers and appear in no message or log."""

    def __init__(self, name: str, timeout_seconds: float) -> None:
        self._name = name
        timeout = httpx.Timeout(timeout_seconds, connect=10.0)
        # The environment's proxies and netrc have no say in where a key is sent.
        self._http = httpx.Client(timeout=timeout, trust_env=False)

    def post(self, url: str, body: Json, headers: dict[str, str]) -> Json:
        """Post a JSON body; returns the JSON object of the answer.

        Raises:
            VendorUnavailable: no answer, or 408, 425, 429, 499 or 5xx: asking again may help.
            VendorRefused: any other refusal.
            BadAnswer: the answer is not JSON.
        """
        try:
            answer = self._http.post(url, json=body, headers=headers)
        except httpx.TimeoutException:
            raise VendorUnavailable(f"{self._name} did not answer in time.") from None
        except httpx.HTTPError as error:
            kind = type(error).__name__
            raise VendorUnavailable(f"{self._name} cannot be reached ({kind}).") from None
        self._raise_for_status(answer.status_code)
        return read_json(answer.text)

    def _raise_for_status(self, status: int) -> None:
        if status in RETRYABLE or status >= 500:
            raise VendorUnavailable(f"{self._name} is busy or down (HTTP {status}).")
        if status in (401, 403):
            raise VendorRefused(f"{self._name} does not accept our key (HTTP {status}).")
        if status >= 300:
            raise VendorRefused(f"{self._name} refused the request (HTTP {status}).")


def read_json(text: str) -> Json:
    """JSON out of a model's text, which may stand in a Markdown fence.

    Raises:
        BadAnswer: it is none.
    """
    bare = text.strip().removeprefix("```json").removeprefix("```").removesuffix("```")
    try:
        value = json.loads(bare)
    except ValueError:
        raise BadAnswer("The model's answer is not JSON.") from None
    if not isinstance(value, dict):
        raise BadAnswer("The model's answer is not a JSON object.")
    return dict(value)
