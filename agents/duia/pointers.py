"""Paths into a surface's data model: JSON pointers (RFC 6901), with "/" for the whole of it."""

from typing import Final

from agents.canonical import JSON


class _Nothing:
    """What stands where nothing stands; null is something."""

    def __repr__(self) -> str:
        return "nothing"


Nothing: Final = _Nothing()


def follow(model: JSON, path: str) -> JSON:
    """What stands at the path, or :data:`Nothing`. A path that is no pointer leads nowhere."""
    if not path.startswith("/"):
        return Nothing
    for step in _steps(path):
        if isinstance(model, dict) and step in model:
            model = model[step]
        elif isinstance(model, list) and step.isdecimal() and int(step) < len(model):
            model = model[int(step)]
        else:
            return Nothing
    return model


def write(model: JSON, path: str, value: JSON) -> JSON:
    """The model with the value at that path; with :data:`Nothing`, without what stood there."""
    return _write(model, _steps(path), value)


def _write(model: JSON, steps: list[str], value: JSON) -> JSON:
    if not steps:
        return {} if value is Nothing else value
    changed = dict(model) if isinstance(model, dict) else {}
    first, *rest = steps
    if rest:
        changed[first] = _write(changed.get(first, {}), rest, value)
    elif value is Nothing:
        changed.pop(first, None)
    else:
        changed[first] = value
    return changed


def _steps(path: str) -> list[str]:
    if path in ("", "/"):
        return []
    return [step.replace("~1", "/").replace("~0", "~") for step in path[1:].split("/")]
