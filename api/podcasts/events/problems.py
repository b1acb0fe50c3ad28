"""What may be wrong with a wish to follow."""

from api.problems import Problem


class TooManyStreams(Problem):
    """You have as many event streams open as a caller may have. Close one first, or follow
    several podcasts by asking for their status with If-None-Match."""

    name, title, status = "too-many-event-streams", "Too many event streams are open", 429
