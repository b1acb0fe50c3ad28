"""The text back end that needs no model."""

from collections.abc import Callable

from agents.aims.text.errors import BadRequest, UnknownTask
from agents.aims.text.grounded.condense import condense
from agents.aims.text.grounded.plan import plan_episode
from agents.aims.text.grounded.script import write_part
from agents.aims.text.grounded.snippet import write_snippet
from agents.aims.text.grounded.warm import warm
from agents.aims.text.request import GenerateRequest, GenerateResponse, Json
from agents.aims.text.tasks import (
    OUTLINE,
    PART,
    SNIPPET,
    OutlineParameters,
    PartParameters,
    SnippetParameters,
    read_parameters,
)

MODEL = "grounded-1"


class GroundedBackend:
    """Plans and writes episodes, and cards, out of the sources' own sentences; the same request
    always gets the same answer."""

    def warm(self) -> None:
        """Write something for nobody, so that the first episode need not wait for it."""
        warm(self.generate)

    def generate(self, request: GenerateRequest) -> GenerateResponse:
        """Answer a request.

        Raises:
            UnknownTask: the task is none of ours.
            BadRequest: no source, or parameters that do not fit.
            TooLittleText: there is too little prose to make an episode from.
        """
        tasks: dict[str, Callable[[GenerateRequest], Json]] = {
            OUTLINE: _plan, PART: _write, SNIPPET: _tell,
        }  # fmt: skip
        if request.task not in tasks:
            raise UnknownTask(f"There is no task {request.task!r}.")
        if not request.sources:
            raise BadRequest("A podcast needs at least one source.")
        output = tasks[request.task](request)
        words = sum(len(source.text.split()) for source in request.sources)
        return GenerateResponse(output=output, model=MODEL, usage={"source_words": words})


def _plan(request: GenerateRequest) -> Json:
    parameters: OutlineParameters = read_parameters(OutlineParameters, request.parameters)
    sources = condense(request.sources, parameters)
    return plan_episode(sources, parameters).model_dump(mode="json")


def _write(request: GenerateRequest) -> Json:
    parameters: PartParameters = read_parameters(PartParameters, request.parameters)
    sources = condense(request.sources, parameters)
    return write_part(sources, parameters).model_dump(mode="json")


def _tell(request: GenerateRequest) -> Json:
    parameters: SnippetParameters = read_parameters(SnippetParameters, request.parameters)
    return write_snippet(request.sources, parameters).model_dump(mode="json")
