"""Reading a questionnaire from its document: every fault named with its line, none of it used."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent

from xinheng.facts.customers.errors import FormInvalid
from xinheng.facts.customers.items import catalogue
from xinheng.facts.customers.models import CHANNELS
from xinheng.facts.customers.values import Form, FormGroup

CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")
LARGEST = 100_000  # characters
POINTS = ("contradictions", "dealings", "credit_record", "other")  # of a review (NET-05)
WANTED = {"kind": 20, "code": 40, "version": 20, "source": 200}
LISTS = ("channels", "required", "review", "noted", "questions", "companies_only")
KEYS = {*WANTED, *LISTS, "name", "groups", "retired"}


class Fault(NamedTuple):
    """What is wrong, and on which line."""

    line: int
    cause: str


def check(text: str) -> None:
    """Whether a text is a questionnaire that may be adopted. Refuses: FormInvalid."""
    read(text)


def faults_of(text: str) -> list[tuple[int, str]]:
    """What is wrong with the text of a questionnaire: line and words of every fault."""
    try:
        check(text)
    except FormInvalid as refusal:
        return list(zip(refusal.params["lines"], refusal.params["problems"], strict=True))
    return []


def read(text: str, *, sha256: str = "") -> Form:
    """A questionnaire from its YAML text. sha256: under which the document is kept; blank: it is not.

    A document that is kept was checked before; that an item has gone since does not undo it.
    Refuses: FormInvalid naming line and cause of everything the language does not allow.
    """
    tree = _tree(text)
    found = list(_faults(tree))
    if found and not sha256:
        _refuse(found)
    told: dict[str, Any] = {name: tuple(map(str, tree.get(name) or ())) for name in LISTS}
    told |= {name: str(tree[name]) for name in ("code", "version", "source")}
    told |= {language: str(tree["name"][language]) for language in ("zh", "en")}
    groups = tuple(FormGroup(one["zh"], one["en"], tuple(map(str, one["items"]))) for one in tree["groups"])
    return Form(**told, groups=groups, retired=bool(tree.get("retired")), sha256=sha256)


def _tree(text: str) -> Any:
    if len(text) > LARGEST:
        _refuse([Fault(1, _("it is longer than %(most)s characters") % {"most": LARGEST})])
    yaml = YAML(typ="rt", pure=True)
    try:
        if any(isinstance(event, AliasEvent) for event in YAML(typ="rt", pure=True).parse(text)):
            _refuse([Fault(1, _("aliases are not used in forms"))])
        tree = yaml.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        _refuse(
            [Fault(mark.line + 1 if mark else 1, _("this is not YAML: %(why)s") % {"why": error.problem})]
        )
    except (YAMLError, RecursionError, ValueError) as error:
        _refuse([Fault(1, _("this is not YAML: %(why)s") % {"why": str(error)[:200]})])
    if not isinstance(tree, CommentedMap):
        _refuse([Fault(1, _("a form is a list of keys and values"))])
    return tree


def _faults(tree: CommentedMap) -> Iterator[Fault]:
    for key in tree:
        if key not in KEYS:
            yield Fault(_line(tree, key), _("there is no such key: %(key)s") % {"key": key})
    yield from _head(tree)
    for name in LISTS:
        if name in tree and not _is_texts(tree[name]):
            yield Fault(_line(tree, name), _("“%(key)s” must be a list of codes") % {"key": name})
    if "retired" in tree and not isinstance(tree["retired"], bool):
        yield Fault(_line(tree, "retired"), _("“%(key)s” must be true or false") % {"key": "retired"})
    yield from _groups(tree)
    yield from _codes(tree, _items(tree))


def _head(tree: CommentedMap) -> Iterator[Fault]:
    for key, most in WANTED.items():
        told = tree.get(key)
        if not isinstance(told, str) or not told.strip() or len(told) > most:
            cause = _("“%(key)s” must be a text of at most %(most)s characters, in quotes if it is a number")
            yield Fault(_line(tree, key), cause % {"key": key, "most": most})
    if tree.get("kind") != "form":
        yield Fault(_line(tree, "kind"), _("the kind must be “form”"))
    if isinstance(tree.get("code"), str) and not CODE.fullmatch(tree["code"]):
        cause = _("a code is written with 2 to 40 small letters, digits and underscores")
        yield Fault(_line(tree, "code"), cause)
    yield from _words(tree.get("name"), _line(tree, "name"), "name", 120)


def _groups(tree: CommentedMap) -> Iterator[Fault]:
    groups = tree.get("groups")
    if not isinstance(groups, CommentedSeq) or not groups:
        yield Fault(_line(tree, "groups"), _("a form has groups of items"))
        return
    for place, group in enumerate(groups):
        line = groups.lc.item(place)[0] + 1
        if not isinstance(group, CommentedMap) or set(group) - {"zh", "en", "items"}:
            yield Fault(line, _("a group has zh, en and items, and nothing else"))
            continue
        yield from _words(group, line, "groups", 60)
        if not _is_texts(group.get("items")):
            yield Fault(line, _("“%(key)s” must be a list of codes") % {"key": "items"})


def _items(tree: CommentedMap) -> list[tuple[str, int]]:
    """Every item that a readable group asks, with its line."""
    groups = tree["groups"] if isinstance(tree.get("groups"), CommentedSeq) else []
    listed = [one["items"] for one in groups if isinstance(one, CommentedMap) and _is_texts(one.get("items"))]
    return [(code, int(codes.lc.item(n)[0]) + 1) for codes in listed for n, code in enumerate(codes)]


def _codes(tree: CommentedMap, items: list[tuple[str, int]]) -> Iterator[Fault]:
    """Codes that nothing is known by, and those that stand twice."""
    known, counted = catalogue(), Counter(code for code, _line_of in items)
    for code, line in items:
        if code not in known:
            yield Fault(line, _("the credit file has no item %(item)s: classify it first") % {"item": code})
    for code, line in dict(items).items():
        if counted[code] > 1:
            yield Fault(line, _("the item %(item)s is asked twice") % {"item": code})
    told = {name: tree[name] if _is_texts(tree.get(name)) else [] for name in LISTS}
    if tree.get("groups") and not items and not told["questions"]:
        yield Fault(_line(tree, "groups"), _("a form asks at least one item or question"))
    if not told["channels"]:
        yield Fault(_line(tree, "channels"), _("a form names the channels its answers may come by"))
    yield from _listed(tree, told, set(counted))


def _listed(tree: CommentedMap, told: dict[str, Any], items: set[str]) -> Iterator[Fault]:
    """Codes of the lists that cannot stand there, or stand there twice."""
    allowed = {
        "channels": {code for code, _word in CHANNELS},
        "review": set(POINTS),
        "noted": set(told["review"]),
        "required": items,
        "companies_only": items,
    }
    for name, codes in told.items():
        for code in dict.fromkeys(codes):
            if name in allowed and code not in allowed[name]:
                cause = _("“%(key)s” cannot hold %(code)s") % {"key": name, "code": code}
                yield Fault(_line(tree, name), cause)
            if codes.count(code) > 1:
                cause = _("%(code)s stands twice in “%(key)s”") % {"key": name, "code": code}
                yield Fault(_line(tree, name), cause)


def _words(told: Any, line: int, key: str, most: int) -> Iterator[Fault]:
    for language in ("zh", "en"):
        word = told.get(language) if isinstance(told, CommentedMap) else None
        if not isinstance(word, str) or not word.strip() or len(word) > most:
            cause = _("“%(key)s” lacks its words in the language %(language)s (at most %(most)s characters)")
            yield Fault(line, cause % {"key": key, "language": language, "most": most})


def _is_texts(told: Any) -> bool:
    return isinstance(told, CommentedSeq) and all(isinstance(one, str) and 0 < len(one) <= 60 for one in told)


def _line(tree: CommentedMap, key: str) -> int:
    return int(tree.lc.key(key)[0]) + 1 if key in tree else 1


def _refuse(found: list[Fault]) -> Any:
    found.sort()
    problems = tuple(_("line %(line)s: %(cause)s") % one._asdict() for one in found)
    raise FormInvalid(
        line=found[0].line, cause=found[0].cause, problems=problems, lines=[one.line for one in found]
    )
