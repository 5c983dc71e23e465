"""Changing single values in the text of a policy; every other sign of it, comments too, stays as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from django.utils.translation import gettext as _
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from xinheng.judgements.policies.errors import PolicyFieldInvalid
from xinheng.judgements.policies.reading import Document

Kind = Literal["number", "text", "mark", "grade", "yes_no"]
MARKS = ("given", "assumed", "lost")
UNSET = ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True)
class Field:
    """One value of a policy that a form offers.

    path: where it stands, as "parameters.0.value". group: the part of the policy. row: which of the part,
    as "0"; of bands with the band, as "0.2". code, zh, en: of the row. name: what of it, as "value".
    """

    path: str
    group: str
    row: str
    code: str
    zh: str
    en: str
    name: str
    kind: Kind
    value: str


OFFERED: dict[str, tuple[tuple[str, Kind], ...]] = {
    "parameters": (("value", "number"), ("mark", "mark")),
    "scoring.items": (("maximum", "number"), ("mark", "mark")),
    "scoring.thresholds": (("from", "number"), ("inclusive", "yes_no"), ("mark", "mark")),
    "vetoes": (("grade", "grade"), ("mark", "mark")),
    "caps": (("grade", "grade"), ("soft", "yes_no"), ("mark", "mark")),
    "scale": (("zh", "text"), ("en", "text")),
}
BANDS: tuple[tuple[str, Kind], ...] = (
    ("from", "number"),
    ("to", "number"),
    ("inclusive", "yes_no"),
    ("points", "number"),
)


def fields_of(text: str) -> list[Field]:
    """The values a form offers, in the order of the form. Refuses: PolicyInvalid where it is no YAML."""
    Document(text, "")
    root = _tree(text)
    found = [_field("version", "", "", root, ("version", "text"))]
    name = _at(root, "name")
    found += [_field(f"name.{key}", "", "", name, (key, "text")) for key in ("zh", "en")]
    for group, offered in OFFERED.items():
        rows = _at(root, group)
        for place, row in enumerate(rows.value if isinstance(rows, SequenceNode) else []):
            path = f"{group}.{place}"
            found += [_field(f"{path}.{key[0]}", group, str(place), row, key) for key in offered]
            if group == "scoring.items":
                found += list(_bands(path, place, row))
    return [one for one in found if one is not None]


def _bands(path: str, place: int, item: Any) -> Iterator[Field | None]:
    bands = _at(item, "bands")
    for number, band in enumerate(bands.value if isinstance(bands, SequenceNode) else []):
        for key in BANDS:
            if _at(band, key[0]) is not None:
                yield _field(
                    f"{path}.bands.{number}.{key[0]}", "bands", f"{place}.{number}", band, key, owner=item
                )


def edited(text: str, values: Mapping[str, str]) -> str:
    """The text with some values replaced: by path, as fields_of names them; others are left alone.

    Refuses: PolicyInvalid where it is no YAML, PolicyFieldInvalid naming the field.
    """
    offered = {one.path: one for one in fields_of(text)}
    root = _tree(text)
    grades = [one.value for one in _grades(root)]
    changes: list[tuple[int, int, str]] = []
    for path, value in values.items():
        field = offered.get(path)
        if field is None or field.value == value.strip():
            continue
        written = _written(field, value.strip(), grades)
        parent, _dot, key = path.rpartition(".")
        node = _at(root, path)
        if node is not None:
            changes.append((node.start_mark.index, node.end_mark.index, written))
        else:
            changes.append(_added(_at(root, parent), f"{key}: {written}"))
    for start, end, written in sorted(changes, reverse=True):
        text = text[:start] + written + text[end:]
    return text


def _tree(text: str) -> Any:
    return YAML(typ="rt", pure=True).compose(text)


def _at(node: Any, path: str) -> Any:
    """The part a path of keys and places leads to; None where there is none."""
    for step in path.split(".") if path else []:
        if isinstance(node, MappingNode):
            node = next((value for key, value in node.value if key.value == step), None)
        elif isinstance(node, SequenceNode):
            node = node.value[int(step)] if step.isdigit() and int(step) < len(node.value) else None
        else:
            return None
    return node


def _grades(root: Any) -> list[Any]:
    scale = _at(root, "scale")
    codes = [_at(row, "code") for row in (scale.value if isinstance(scale, SequenceNode) else [])]
    return [code for code in codes if isinstance(code, ScalarNode)]


def _field(
    path: str, group: str, row: str, node: Any, key: tuple[str, Kind], owner: Any = None
) -> Field | None:
    """A field of a row; none where the row is no mapping, or a bound of the last grade is left out."""
    if not isinstance(node, MappingNode):
        return None
    name, kind = key
    found = _at(node, name)
    missing = found is None and not (group == "parameters" and name == "value")
    if missing or not isinstance(found, ScalarNode | None):
        return None
    value = "" if found is None or (kind == "number" and found.value in UNSET) else str(found.value)
    told = owner or node
    words = [_at(told, word) for word in ("code", "zh", "en")]
    code, zh, en = [str(word.value) if isinstance(word, ScalarNode) else "" for word in words]
    grade = _at(node, "grade")
    if not code and isinstance(grade, ScalarNode):
        code = str(grade.value)
    return Field(path, group, row, code, zh, en, name, kind, value)


def _written(field: Field, value: str, grades: list[str]) -> str:
    """A value as YAML, or why it is none."""
    match field.kind:
        case "number" if not value and field.group == "parameters":
            return "null"
        case "number":
            return _number(field, value)
        case "mark" if value in MARKS:
            return value
        case "yes_no" if value in ("true", "false"):
            return value
        case "grade" if value in grades:
            return value
        case "text" if value and len(value) <= 600:
            return json.dumps(value, ensure_ascii=False)
    raise _invalid(field, _("%(value)s cannot be chosen here") % {"value": value[:40] or "—"})


def _number(field: Field, value: str) -> str:
    try:
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not re.fullmatch(r"-?\d{1,15}(\.\d{1,9})?", value):
        raise _invalid(field, _("%(value)s is not a number") % {"value": value[:40] or "—"})
    return value


def _invalid(field: Field, cause: str) -> PolicyFieldInvalid:
    return PolicyFieldInvalid(field=field.path, name=f"{field.code} {field.name}".strip(), cause=cause)


def _added(parent: Any, pair: str) -> tuple[int, int, str]:
    """A pair put at the beginning of a mapping, in its own style."""
    start = parent.start_mark.index
    if parent.flow_style:
        return start + 1, start + 1, f"{pair}, "
    return start, start, f"{pair}\n{' ' * parent.start_mark.column}"
