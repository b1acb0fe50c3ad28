"""What goes into ``POST /v1/generate`` and what comes out of it."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Json = dict[str, Any]


class Message(BaseModel):
    """One message of the conversation with a model."""

    role: Literal["system", "user", "assistant"]
    content: str


class Heading(BaseModel):
    """A heading of a source; ``start`` is its character offset in the source's text."""

    level: int = 1
    text: str
    start: int = 0


class Source(BaseModel):
    """A document that the answer is to be grounded in."""

    id: str
    title: str = ""
    author: str = ""
    text: str
    outline: list[Heading] = Field(default_factory=list)


class GenerateRequest(BaseModel):
    """A task for a text back end.

    ``schema`` is the JSON schema of the answer; empty means the task's own.
    ``parameters`` belong to the task: see :class:`agents.aims.text.tasks.OutlineParameters`
    and :class:`agents.aims.text.tasks.PartParameters`.
    """

    model_config = ConfigDict(populate_by_name=True)

    task: str
    messages: list[Message] = Field(default_factory=list)
    sources: list[Source] = Field(default_factory=list)
    answer_schema: Json = Field(default_factory=dict, alias="schema")
    parameters: Json = Field(default_factory=dict)


class GenerateResponse(BaseModel):
    """The answer: ``output`` in the task's schema, the model's name, and what it used."""

    output: Json
    model: str
    usage: Json = Field(default_factory=dict)
