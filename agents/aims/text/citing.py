"""A model's answer with its quotes turned into spans."""

from typing import Any

import jsonschema  # type: ignore[import-untyped]

from agents.aims.text.episode_length import estimate_seconds
from agents.aims.text.errors import BadAnswer, QuoteNotFound
from agents.aims.text.prompting import asked_schema
from agents.aims.text.quotes import find_quote
from agents.aims.text.request import GenerateRequest, Json, Source
from agents.aims.text.tasks import (
    OUTLINE,
    PART,
    SNIPPET,
    Line,
    Outline,
    OutlinePart,
    Part,
    Snippet,
    SnippetParameters,
    Span,
    read_answer,
    read_parameters,
)

WORDS_A_MINUTE = 150.0


def resolve(request: GenerateRequest, answer: Any) -> Json:
    """The answer in the task's own schema.

    Raises:
        BadAnswer: it does not fit what was asked.
        QuoteNotFound: none of its quotes stands in the sources.
    """
    check(answer, asked_schema(request))
    sources = {source.id: source for source in request.sources}
    if request.task == OUTLINE:
        return resolve_outline(answer, sources, request).model_dump(mode="json")
    if request.task == PART:
        return resolve_part(answer, sources).model_dump(mode="json")
    if request.task == SNIPPET:
        return resolve_snippet(answer, sources, request).model_dump(mode="json")
    return dict(answer)


def check(answer: Any, schema: Json) -> None:
    """Validate an answer. Raises BadAnswer."""
    try:
        jsonschema.validate(answer, schema)
    except jsonschema.ValidationError as error:
        place = "/".join(map(str, error.absolute_path)) or "the answer"
        raise BadAnswer(f"The model's answer does not fit its schema at {place}.") from None


def resolve_outline(answer: Json, sources: dict[str, Source], request: GenerateRequest) -> Outline:
    """The plan; passages that do not stand in a source are left out, and parts without any."""
    parts = []
    for part in answer["parts"]:
        found = [find_passage(passage, sources) for passage in part["passages"]]
        runs = [span for span in found if span]
        if runs:
            words = max(1, part["target_words"])
            parts.append(OutlinePart(heading=part["heading"], runs=runs, target_words=words))
    if not parts:
        raise QuoteNotFound
    seconds = sum(part.target_words for part in parts) / WORDS_A_MINUTE * 60
    asked = float(request.parameters.get("minutes", 0)) * 60
    return Outline(
        title=answer["title"], summary=answer["summary"], parts=parts,
        estimated_seconds=seconds, shortened=seconds < 0.9 * asked,
    )  # fmt: skip


def find_passage(passage: Json, sources: dict[str, Source]) -> Span | None:
    """The span from a passage's first sentence to its last."""
    source = sources.get(passage["source_id"])
    first = find_quote(source.text, passage["first_sentence"]) if source else None
    if source is None or first is None:
        return None
    last = find_quote(source.text, passage["last_sentence"], first[0])
    return Span(source_id=source.id, start=first[0], end=last[1]) if last else None


def resolve_part(answer: Json, sources: dict[str, Source]) -> Part:
    """The part. A quote that is not found is refused: its line is left without that citation,
    and so cannot pass for a fact."""
    lines = [resolve_line(line, sources) for line in answer["lines"]]
    facts = [line for line in lines if line.kind == "fact"]
    if facts and not any(line.citations for line in facts):
        raise QuoteNotFound
    return Part(heading=answer["heading"], lines=lines)


def resolve_line(line: Json, sources: dict[str, Source]) -> Line:
    """A line with the spans of those of its quotes that are found."""
    found = [find_citation(citation, sources) for citation in line["citations"]]
    spans = [span for span in found if span]
    return Line(speaker=line["speaker"], kind=line["kind"], text=line["text"], citations=spans)


def find_citation(citation: Json, sources: dict[str, Source]) -> Span | None:
    """The span of a quote in the source it is said to be from."""
    source = sources.get(citation["source_id"])
    found = find_quote(source.text, citation["quote"]) if source else None
    return Span(source_id=source.id, start=found[0], end=found[1]) if source and found else None


def resolve_snippet(answer: Json, sources: dict[str, Source], request: GenerateRequest) -> Snippet:
    """The card. On a card every sentence is a fact, so each quote has to be found."""
    parameters: SnippetParameters = read_parameters(SnippetParameters, request.parameters)
    told = [
        {"text": each["text"], "citations": [_require(each, sources)]}
        for each in answer["sentences"]
    ]
    card: Snippet = read_answer(Snippet, {
        "title": answer["title"], "title_citations": [_require(answer["title_source"], sources)],
        "sentences": told, "cover_prompt": answer["cover_prompt"],
        "estimated_seconds": estimate_seconds(request.sources, parameters),
    })  # fmt: skip
    return card


def _require(citation: Json, sources: dict[str, Source]) -> Json:
    span = find_citation(citation, sources)
    if span is None:
        raise QuoteNotFound
    return span.model_dump()
