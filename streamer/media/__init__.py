"""The media store: immutable objects by URI, in a folder or in Google Cloud Storage.

Large objects travel between rooms as URIs, never as bytes (claim check).
"""

from streamer.media.keeping import keep
from streamer.media.settings import MediaSettings
from streamer.media.store import MediaStore, open_store

__all__ = ["MediaSettings", "MediaStore", "keep", "open_store"]
