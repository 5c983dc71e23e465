"""Conditions and formulas: SQL expressions, parsed, whitelisted, typed, and turned into Ibis.

Three-valued as SQL is: what is unknown is neither true nor false, and a comparison with it is unknown.
Money is compared in yuan as the reader writes it and in whole minor units as the columns hold it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

import ibis
import sqlglot
from django.utils.translation import gettext as _
from sqlglot import exp
from sqlglot.errors import SqlglotError

Node = Any  # a part of a parsed expression
Kind = Literal["number", "money", "yes_no", "text"]
Origin = Literal["indicator", "question", "fact", "parameter", "term", "role"]
MINOR = 100  # minor units in one yuan
LARGEST = 10**15  # of plain numbers
COLUMN_TYPES: dict[str, str] = {"number": "float64", "money": "int64", "yes_no": "boolean", "text": "string"}


@dataclass(frozen=True)
class Name:
    """What an expression may refer to."""

    code: str
    kind: Kind
    origin: Origin
    unit: str = ""
    choices: frozenset[str] = frozenset()
    value: Decimal | None = None  # of a parameter; none: not set


@dataclass(frozen=True)
class Formula:
    """A checked expression: its kind, the names it uses, and how to build it over a table."""

    kind: Kind
    names: frozenset[str]
    build: Callable[[Any], Any]
    literal: Decimal | str | None = None
    node: Node = None  # as parsed, of a whole expression


class ExpressionInvalid(Exception):
    """The expression is not one a policy may hold; the text says why."""


def translate(text: str, names: Mapping[str, Name]) -> Formula:
    """A checked formula from the text of a policy. Raises ExpressionInvalid."""
    try:
        parsed = [tree for tree in sqlglot.parse(text, dialect="duckdb") if tree is not None]
        if len(parsed) != 1:
            raise ExpressionInvalid(_("One expression is expected."))
        return replace(_Reader(names).read(parsed[0]), node=parsed[0])
    except SqlglotError as error:
        raise ExpressionInvalid(_unreadable(text, error)) from error
    except RecursionError as error:
        raise ExpressionInvalid(_("The expression is nested too deeply.")) from error


def _unreadable(text: str, error: SqlglotError) -> str:
    places = getattr(error, "errors", None)
    column = places[0].get("col") if places else None
    if column is None:
        return _("The expression %(text)s cannot be read.") % {"text": text[:80]}
    told = {"text": text[:80], "near": text[max(column - 12, 0) : column + 8]}
    return _("The expression %(text)s cannot be read near “%(near)s”.") % told


def kind_word(kind: Kind) -> str:
    """A kind of value in words."""
    words = {"number": _("a number"), "money": _("money"), "yes_no": _("yes or no"), "text": _("text")}
    return words[kind]


class _Reader:
    """Walks one parsed expression; every node it does not know is refused."""

    def __init__(self, names: Mapping[str, Name]) -> None:
        self.names = names

    def read(self, node: Node) -> Formula:
        for kinds, reader in _READERS:
            if isinstance(node, kinds):
                return reader(self, node)
        raise ExpressionInvalid(
            _("%(what)s is not allowed here.") % {"what": node.sql(dialect="duckdb")[:80]}
        )

    def column(self, node: exp.Column) -> Formula:
        if node.table or node.db or not isinstance(node.this, exp.Identifier):
            raise ExpressionInvalid(_("%(name)s is not a name.") % {"name": node.sql()[:80]})
        name = self.names.get(node.name)
        if name is None:
            raise ExpressionInvalid(
                _("%(name)s is not an indicator, question, parameter or term.") % {"name": node.name}
            )
        code, used = name.code, frozenset({name.code})
        if name.origin != "parameter":
            return Formula(name.kind, used, lambda table: table[code])
        if name.value is None:
            return Formula(name.kind, used, lambda _table: ibis.null(COLUMN_TYPES[name.kind]))
        if abs(name.value) >= LARGEST:
            raise ExpressionInvalid(_("%(what)s is too large.") % {"what": name.value})
        value = name.value * MINOR if name.kind == "money" else name.value
        return Formula(name.kind, used, lambda _table: _number(value))

    def literal(self, node: exp.Literal) -> Formula:
        if node.is_string:
            text = str(node.this)
            return Formula("text", frozenset(), lambda _table: ibis.literal(text), text)
        try:
            value = Decimal(str(node.this))
        except InvalidOperation as error:
            raise ExpressionInvalid(_("%(what)s is not a number.") % {"what": node.this}) from error
        if abs(value) >= LARGEST:
            raise ExpressionInvalid(_("%(what)s is too large.") % {"what": node.this})
        return Formula("number", frozenset(), lambda _table: _number(value), value)

    def boolean(self, node: exp.Boolean) -> Formula:
        truth = bool(node.this)
        return Formula("yes_no", frozenset(), lambda _table: ibis.literal(truth))

    def both(self, node: exp.And | exp.Or) -> Formula:
        left, right = self._truth(node.this), self._truth(node.expression)
        used = left.names | right.names
        if isinstance(node, exp.And):
            return Formula("yes_no", used, lambda table: left.build(table) & right.build(table))
        return Formula("yes_no", used, lambda table: left.build(table) | right.build(table))

    def negation(self, node: exp.Not) -> Formula:
        inner = self._truth(node.this)
        return Formula("yes_no", inner.names, lambda table: ~inner.build(table))

    def comparison(self, node: Node) -> Formula:
        left, right = _alike(self.read(node.this), self.read(node.expression), node)
        if left.kind in ("yes_no", "text") and not isinstance(node, exp.EQ | exp.NEQ):
            raise ExpressionInvalid(_("%(what)s has no order.") % {"what": node.sql()[:80]})
        self._known_choice(node.this, right)
        self._known_choice(node.expression, left)
        compare = _COMPARISONS[type(node)]
        return Formula(
            "yes_no",
            left.names | right.names,
            lambda table: compare(left.build(table), right.build(table)),
        )

    def between(self, node: exp.Between) -> Formula:
        low = self.comparison(exp.GTE(this=node.this, expression=node.args["low"]))
        high = self.comparison(exp.LTE(this=node.this, expression=node.args["high"]))
        return Formula("yes_no", low.names | high.names, lambda table: low.build(table) & high.build(table))

    def membership(self, node: exp.In) -> Formula:
        if not node.expressions or any(not isinstance(item, exp.Literal) for item in node.expressions):
            raise ExpressionInvalid(_("IN takes a list of plain values."))
        each = [self.comparison(exp.EQ(this=node.this, expression=item)) for item in node.expressions]
        return Formula("yes_no", each[0].names, lambda table: _any([one.build(table) for one in each]))

    def test(self, node: exp.Is) -> Formula:
        wanted = node.expression
        if isinstance(wanted, exp.Null):
            inner = self.read(node.this)
            return Formula("yes_no", inner.names, lambda table: inner.build(table).isnull())
        if isinstance(wanted, exp.Boolean):
            inner, truth = self._truth(node.this), bool(wanted.this)
            return Formula(
                "yes_no",
                inner.names,
                lambda table: (inner.build(table) if truth else ~inner.build(table)).fill_null(False),  # noqa: FBT003
            )
        raise ExpressionInvalid(_("IS takes TRUE, FALSE or NULL."))

    def arithmetic(self, node: Node) -> Formula:
        left, right = self._amount(node.this), self._amount(node.expression)
        used = left.names | right.names
        if isinstance(node, exp.Add | exp.Sub):
            left, right = _alike(left, right, node)
            sign = 1 if isinstance(node, exp.Add) else -1
            return Formula(
                left.kind, used, lambda table: left.build(table) + _signed(right.build(table), sign)
            )
        if isinstance(node, exp.Mul):
            if left.kind == right.kind == "money":
                raise ExpressionInvalid(_("Money is not multiplied by money."))
            kind: Kind = "money" if "money" in (left.kind, right.kind) else "number"
            return Formula(kind, used, lambda table: left.build(table) * right.build(table))
        if right.kind == "money" and left.kind != "money":
            raise ExpressionInvalid(_("A number is not divided by money."))
        kind = "money" if left.kind == "money" and right.kind == "number" else "number"
        return Formula(kind, used, lambda table: left.build(table) / right.build(table).nullif(0))

    def sign(self, node: exp.Neg | exp.Abs) -> Formula:
        inner = self._amount(node.this)
        if isinstance(node, exp.Abs):
            return Formula(inner.kind, inner.names, lambda table: inner.build(table).abs())
        literal = -inner.literal if isinstance(inner.literal, Decimal) else None
        return Formula(inner.kind, inner.names, lambda table: -inner.build(table), literal)

    def first_known(self, node: exp.Coalesce) -> Formula:
        """Of names only: a plain value here would turn what is missing into something known (RR-09)."""
        parts = [node.this, *node.expressions]
        if len(parts) < 2 or any(not isinstance(part, exp.Column) for part in parts):
            raise ExpressionInvalid(_("COALESCE takes names only: missing data are never given a value."))
        each = [self.read(part) for part in parts]
        for other in each[1:]:
            _alike(each[0], other, node)
        used = frozenset().union(*(one.names for one in each))
        return Formula(each[0].kind, used, lambda table: ibis.coalesce(*(one.build(table) for one in each)))

    def _truth(self, node: Node) -> Formula:
        formula = self.read(node)
        if formula.kind != "yes_no":
            raise ExpressionInvalid(_("%(what)s is not true or false.") % {"what": node.sql()[:80]})
        return formula

    def _amount(self, node: Node) -> Formula:
        formula = self.read(node)
        if formula.kind not in ("number", "money"):
            raise ExpressionInvalid(_("%(what)s is not a number.") % {"what": node.sql()[:80]})
        return formula

    def _known_choice(self, node: Node, other: Formula) -> None:
        name = self.names.get(node.name) if isinstance(node, exp.Column) else None
        if name and name.choices and isinstance(other.literal, str) and other.literal not in name.choices:
            raise ExpressionInvalid(
                _("%(answer)s is not an answer of %(name)s.") % {"answer": other.literal, "name": name.code}
            )


def _alike(left: Formula, right: Formula, node: Node) -> tuple[Formula, Formula]:
    if left.kind == right.kind:
        return left, right
    if left.kind == "money" and isinstance(right.literal, Decimal):
        return left, _as_money(right.literal)
    if right.kind == "money" and isinstance(left.literal, Decimal):
        return _as_money(left.literal), right
    raise ExpressionInvalid(
        _("%(what)s brings %(left)s and %(right)s together.")
        % {"what": node.sql()[:80], "left": kind_word(left.kind), "right": kind_word(right.kind)}
    )


def _as_money(yuan: Decimal) -> Formula:
    minor = yuan * MINOR
    return Formula("money", frozenset(), lambda _table: _number(minor), yuan)


def _number(value: Decimal) -> Any:
    if value == value.to_integral_value() and abs(value) < 2**62:
        return ibis.literal(int(value), type="int64")
    return ibis.literal(float(value), type="float64")


def _signed(value: Any, sign: int) -> Any:
    return value if sign > 0 else -value


def _any(truths: list[Any]) -> Any:
    result = truths[0]
    for truth in truths[1:]:
        result = result | truth
    return result


_COMPARISONS: dict[type, Callable[[Any, Any], Any]] = {
    exp.EQ: lambda left, right: left == right,
    exp.NEQ: lambda left, right: left != right,
    exp.GT: lambda left, right: left > right,
    exp.GTE: lambda left, right: left >= right,
    exp.LT: lambda left, right: left < right,
    exp.LTE: lambda left, right: left <= right,
}
_READERS: list[tuple[type | tuple[type, ...], Callable[[_Reader, Any], Formula]]] = [
    (exp.Paren, lambda reader, node: reader.read(node.this)),
    (exp.Column, _Reader.column),
    (exp.Literal, _Reader.literal),
    (exp.Boolean, _Reader.boolean),
    ((exp.And, exp.Or), _Reader.both),
    (exp.Not, _Reader.negation),
    (tuple(_COMPARISONS), _Reader.comparison),
    (exp.Between, _Reader.between),
    (exp.In, _Reader.membership),
    (exp.Is, _Reader.test),
    ((exp.Add, exp.Sub, exp.Mul, exp.Div), _Reader.arithmetic),
    ((exp.Neg, exp.Abs), _Reader.sign),
    (exp.Coalesce, _Reader.first_known),
]
