"""Every error the task status service answers with."""

from streamer.problems import Catalogue, InvalidRequest, Problem, Unauthenticated


class UnknownTask(Problem):
    """No dispatch has this id: it was never given, or it ended long ago and was swept away."""

    name, title, status = "unknown-task", "There is no such task", 404


CATALOGUE = Catalogue("agents", Unauthenticated, UnknownTask, InvalidRequest)
