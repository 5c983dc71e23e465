"""Changing single values in the text of a policy; every other sign of it, comments too, stays as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from xinheng.judgements.policies.errors import PolicyFieldInvalid
from xinheng.judgements.policies.offered import INSIDE, ONES, ROWS, Kind, Offer
from xinheng.judgements.policies.reading import READ_LAST, Document

MARKS = ("given", "assumed", "lost")
UNSET = ("", "~", "null", "Null", "NULL")
CODES: dict[str, str] = {  # kind -> how each of a list is written
    "roles": r"[a-z0-9_-]{2,40}",
    "codes": r"[A-Za-z][A-Za-z0-9_]{0,47}",
    "numbers": r"-?\d{1,15}(\.\d{1,9})?",
    "texts": r".{1,600}",
}
BETWEEN = r"[,，、\s]+"  # what stands between those of a list
BETWEEN_TEXTS = r"\s*[,，、;；]\s*"
LONGEST = {"text": 600, "formula": 2000}  # characters


@dataclass(frozen=True)
class Field:
    """One value of a policy that a form offers.

    path: where it stands, as "parameters.0.value". group: the part of the policy. row: which of the part,
    as "0"; of a list within it with its place there, as "0.bands.2". code, zh, en: of the row.
    name: what of it, as "value". aside: of second rank. among: the answers of a choice; "" among them
    where it may be empty.
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
    aside: bool = False
    among: tuple[str, ...] = ()
    may_lack: bool = False

    @property
    def place(self) -> str:
        """The row it stands in, as "scoring.items.2.bands.0"; the part where there is but one."""
        return self.path.removesuffix(f".{self.name}")


def fields_of(text: str) -> list[Field]:
    """The values a form offers, in the order of the form. Refuses: PolicyInvalid where it is no YAML."""
    Document(text, "")
    root = tree(text)
    found = [_field("version", "", "", root, Offer("version", "text"))]
    for words in ("name", "about"):
        node = at(root, words)
        keys = ((f"{words}.{key}", Offer(key, "text", aside=words == "about")) for key in ("zh", "en"))
        found += [_field(path, "", "", node, offer) for path, offer in keys]
    for group, offered in {**ONES, **ROWS}.items():
        part = at(root, group)
        if group in ONES:
            found += [_field(f"{group}.{offer.key}", group, "", part, offer) for offer in offered]
            continue
        for place, row in enumerate(part.value if isinstance(part, SequenceNode) else []):
            path = f"{group}.{place}"
            found += [_field(f"{path}.{offer.key}", group, str(place), row, offer) for offer in offered]
            found += list(_inside(path, group, str(place), row))
    return [one for one in found if one is not None]


def _inside(path: str, group: str, row: str, node: Any) -> Iterator[Field | None]:
    """The values of the lists within a row, and within their rows."""
    for key, offered in INSIDE.get(group, {}).items():
        part = at(node, key)
        for number, one in enumerate(part.value if isinstance(part, SequenceNode) else []):
            here, place = f"{path}.{key}.{number}", f"{row}.{key}.{number}"
            owner = one if at(one, "code") is not None else node
            for offer in offered:
                yield _field(f"{here}.{offer.key}", key, place, one, offer, owner=owner)
            yield from _inside(here, key, place, one)


def edited(text: str, values: Mapping[str, str]) -> str:
    """The text with some values replaced: by path, as fields_of names them; others are left alone.

    Refuses: PolicyInvalid where it is no YAML, PolicyFieldInvalid naming the field.
    """
    offered = {one.path: one for one in fields_of(text)}
    root = tree(text)
    grades = grades_of(root)
    changes: list[tuple[int, int, str]] = []
    for path, value in values.items():
        field = offered.get(path)
        if field is None or field.value == value.strip():
            continue
        written = _written(field, value.strip(), grades)
        parent, _dot, key = path.rpartition(".")
        node = at(root, path)
        if node is not None:
            changes.append((node.start_mark.index, _end(text, node), written))
        else:
            changes.append(added(at(root, parent), f"{key}: {written}"))
    for start, end, written in sorted(changes, reverse=True):
        text = text[:start] + written + text[end:]
    return text


def _end(text: str, node: Any) -> int:
    """Where the words of a node end; what stands in lines of its own goes no further than its last sign."""
    start, end = node.start_mark.index, node.end_mark.index
    return int(start + len(text[start:end].rstrip()))


@lru_cache(maxsize=READ_LAST)
def tree(text: str) -> Any:
    """The nodes of a YAML text; nobody changes them."""
    return YAML(typ="rt", pure=True).compose(text)


def at(node: Any, path: str) -> Any:
    """The part a path of keys and places leads to; None where there is none."""
    for step in path.split(".") if path else []:
        if isinstance(node, MappingNode):
            node = next((value for key, value in node.value if key.value == step), None)
        elif isinstance(node, SequenceNode):
            node = node.value[int(step)] if step.isdigit() and int(step) < len(node.value) else None
        else:
            return None
    return node


def grades_of(root: Any) -> list[str]:
    """The grades of the scale, the best first."""
    scale = at(root, "scale")
    codes = [at(row, "code") for row in (scale.value if isinstance(scale, SequenceNode) else [])]
    return [str(code.value) for code in codes if isinstance(code, ScalarNode)]


def _field(path: str, group: str, row: str, node: Any, offer: Offer, owner: Any = None) -> Field | None:
    """A field of a row; none where the row is no mapping, or lacks a value it need not have."""
    if not isinstance(node, MappingNode):
        return None
    found, within = at(node, offer.key), at(node, offer.key.rpartition(".")[0])
    value = "" if found is None else _value(found, offer.kind)
    if value is None or (found is None and not (offer.may_lack and isinstance(within, MappingNode))):
        return None
    told = owner or node
    words = [at(told, word) for word in ("code", "zh", "en")]
    code, zh, en = [str(word.value) if isinstance(word, ScalarNode) else "" for word in words]
    grade = at(node, "grade")
    if not code and isinstance(grade, ScalarNode):
        code = str(grade.value)
    among = ("", *offer.among) if offer.among and offer.may_lack else offer.among
    return Field(
        path, group, row, code, zh, en, offer.key, offer.kind, value, offer.aside, among, offer.may_lack
    )


def _value(node: Any, kind: Kind) -> str | None:
    """A value as the form shows it; none where the text holds something else there."""
    if kind in CODES:
        rows = node.value if isinstance(node, SequenceNode) else None
        if rows is None or not all(isinstance(row, ScalarNode) for row in rows):
            return None
        words = [str(row.value) for row in rows]
        is_told = kind != "texts" or not any(re.search(BETWEEN_TEXTS, word) for word in words)
        return ", ".join(words) if is_told else None
    if not isinstance(node, ScalarNode):
        return None
    is_unset = node.style is None and node.value in UNSET
    return "" if is_unset else str(node.value).strip()


def _written(field: Field, value: str, grades: list[str]) -> str:
    """A value as YAML, or why it is none."""
    if not value and field.may_lack:
        return {"text": '""', "grade": '""', **dict.fromkeys(CODES, "[]")}.get(field.kind, "null")
    if field.kind == "number":
        return _number(field, value)
    if field.kind in CODES:
        return _list(field, value)
    if 0 < len(value) <= LONGEST.get(field.kind, 0):
        return json.dumps(value, ensure_ascii=False)
    among = {"mark": MARKS, "choice": field.among, "yes_no": ("true", "false"), "grade": tuple(grades)}
    if value in among.get(field.kind, ()) or (field.kind == "code" and re.fullmatch(CODES["codes"], value)):
        return value
    raise _invalid(field, _("%(value)s cannot be chosen here") % {"value": value[:40] or "—"})


def _list(field: Field, value: str) -> str:
    between = BETWEEN_TEXTS if field.kind == "texts" else BETWEEN
    codes = [code for code in re.split(between, value) if code]
    wrong = [code for code in codes if not re.fullmatch(CODES[field.kind], code)]
    if wrong or not codes:
        told = (wrong[0] if wrong else value)[:40] or "—"
        raise _invalid(field, _("%(value)s cannot be chosen here") % {"value": told})
    if field.kind == "texts":
        codes = [json.dumps(code, ensure_ascii=False) for code in codes]
    return f"[{', '.join(codes)}]"


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


def added(parent: Any, pair: str) -> tuple[int, int, str]:
    """A pair put at the beginning of a mapping, in its own style: where, and what to write there."""
    start = parent.start_mark.index
    if parent.flow_style:
        return start + 1, start + 1, f"{pair}, "
    return start, start, f"{pair}\n{' ' * parent.start_mark.column}"
