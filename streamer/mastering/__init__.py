"""From the stream to the episode: loudness, peaks, files, and the verdict on them."""
