"""Where a caller hears the stream."""

from urllib.parse import urlencode

from api.settings import FacadeSettings


def websocket_url(settings: FacadeSettings, capability: str) -> str:
    """The audio stream feeder's address for one stream."""
    query = urlencode({"stream_id": capability})
    return f"{settings.public_asf_url}/api/v1/podcasts/stream?{query}"
