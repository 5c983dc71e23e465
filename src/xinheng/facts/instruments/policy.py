"""The rules of instruments: a document, checked when it is read and told with the line."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from xinheng.base.packs import queries as packs
from xinheng.facts.instruments.errors import InstrumentRulesInvalid
from xinheng.facts.instruments.values import InstrumentRules

KIND = CODE = "instruments"
SHIPPED = Path(__file__).with_name("rules.yaml")
LARGEST = 100_000  # characters of one document


@lru_cache(maxsize=64)
def load(text: str, file: str = "instruments.yaml") -> InstrumentRules:
    """Checked rules from their YAML text. Refuses: InstrumentRulesInvalid, naming file, line and cause."""
    if len(text) > LARGEST:
        raise InstrumentRulesInvalid(file=file, line=1, cause=_("The document is too long."))
    try:
        tree: Any = YAML(typ="rt", pure=True).load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise InstrumentRulesInvalid(
            file=file, line=mark.line + 1 if mark else 1, cause=str(error.problem)
        ) from error
    except (YAMLError, RecursionError, ValueError) as error:
        raise InstrumentRulesInvalid(file=file, line=1, cause=str(error)[:200]) from error
    try:
        return InstrumentRules.model_validate(tree)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        line = _line(tree, first["loc"])
        raise InstrumentRulesInvalid(file=file, line=line, cause=f"{where}: {first['msg']}") from error


def check(text: str) -> None:
    """Whether a text holds rules of instruments. Refuses: InstrumentRulesInvalid."""
    load(text)


def in_force(on: date) -> InstrumentRules:
    """The rules of a day: what the site adopted, else what comes with the system."""
    kept = packs.documents_in_force(KIND, on=on).filter(code=CODE).first()
    return load(kept.text) if kept else load(SHIPPED.read_text("utf-8"), SHIPPED.name)


def _line(tree: Any, path: tuple[int | str, ...]) -> int:
    line, node = 1, tree
    for step in path:
        try:
            place = node.lc.key(step) if hasattr(node, "keys") else node.lc.item(step)
            line, node = place[0] + 1, node[step]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    return line
