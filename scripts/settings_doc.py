"""Writes docs/SETTINGS.md: every field of every settings class, from the code itself.

python -m scripts.settings_doc            writes the page
python -m scripts.settings_doc --check    ends with 1 where the page is another
"""

import ast
import importlib
import inspect
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "SETTINGS.md"
PACKAGES = ("sql", "streamer", "agents", "plugins", "api")
HEADING = """\
# Settings

Written by `make settings` from the code; a test compares. Every name is an environment variable;
what is not in the environment is read from `.aethercast/env`, and else has the default given here.
Names without a default must be set: `make up` makes the secrets at its first start.

The local runner knows three more: `AETHERCAST_PORT_OFFSET` moves every port by a number,
`PYTHON` names the interpreter that `.venv` is made with, and `AETHERCAST_FREE_GIB` replaces the
6 GiB of free disk that setting up asks for.
"""

Settings = type[BaseSettings]


def settings_modules() -> Iterator[str]:
    """The modules that define a settings class, by their text: nothing else is imported."""
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            if "SettingsConfigDict" in file.read_text(encoding="utf-8"):
                yield ".".join(file.relative_to(ROOT).with_suffix("").parts)


def settings_classes() -> list[Settings]:
    """Every settings class of the project, in the order of the packages."""
    found: dict[str, Settings] = {}
    for name in settings_modules():
        module = importlib.import_module(name)
        for one in vars(module).values():
            if inspect.isclass(one) and issubclass(one, BaseSettings) and one.__module__ == name:
                found[f"{name}.{one.__name__}"] = one
    return list(found.values())


def variable(owner: Settings, name: str, field: FieldInfo) -> str:
    """The environment variable of a field."""
    alias = field.validation_alias or field.alias
    return str(alias) if alias else f"{owner.model_config.get('env_prefix', '')}{name}".upper()


def docstrings(owner: Settings) -> dict[str, str]:
    """The text under each field of one class, as written there."""
    (body,) = ast.parse(textwrap.dedent(inspect.getsource(owner))).body
    assert isinstance(body, ast.ClassDef)
    texts: dict[str, str] = {}
    for field, after in zip(body.body, body.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            text = _string(after)
            if text:
                texts[field.target.id] = " ".join(text.split())
    return texts


def _string(node: ast.stmt) -> str:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return str(node.value.value)
    return ""


def undocumented() -> list[str]:
    """The fields that say nothing about themselves, as ``Class.field``."""
    return [
        f"{owner.__module__}.{owner.__name__}.{name}"
        for owner in settings_classes()
        for name in own_fields(owner)
        if name not in docstrings(owner)
    ]


def own_fields(owner: Settings) -> dict[str, FieldInfo]:
    """The fields that a class itself declares."""
    declared = inspect.get_annotations(owner)
    return {name: field for name, field in owner.model_fields.items() if name in declared}


def kind(annotation: Any) -> str:
    """A type in a reader's words."""
    if annotation is SecretStr:
        return "secret"
    if get_origin(annotation) is not None and get_args(annotation):
        words = " or ".join(str(one) for one in get_args(annotation) if not isinstance(one, type))
        return words or str(annotation).replace("typing.", "")
    return str(getattr(annotation, "__name__", annotation))


def default(field: FieldInfo) -> str:
    """A default as one would write it into the settings file."""
    if field.is_required():
        return "**must be set**"
    if field.default_factory is not None:
        return "worked out at start"
    value = field.default
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    return "empty" if value in ("", None, [], {}) else f"`{value}`"


def section(owner: Settings) -> str:
    """One class as a heading and a table."""
    summary = (inspect.getdoc(owner) or "").split("\n")[0]
    lines = [f"## {owner.__module__}.{owner.__name__}", "", summary, ""]
    inherited = [one.__name__ for one in owner.__bases__ if one is not BaseSettings]
    if inherited:
        lines += [f"Also everything of {' and '.join(inherited)}.", ""]
    lines += ["| name | kind | default | meaning |", "|---|---|---|---|"]
    texts = docstrings(owner)
    for name, field in own_fields(owner).items():
        cells = (
            f"`{variable(owner, name, field)}`",
            kind(field.annotation),
            default(field),
            texts.get(name, ""),
        )
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(lines) + "\n"


def page() -> str:
    """The whole page."""
    return "\n".join([HEADING, *(section(one) for one in settings_classes() if own_fields(one))])


def main() -> int:
    """Write the page, or compare it."""
    if "--check" in sys.argv:
        return 0 if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page() else 1
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
