"""Loading policies, publishing their schema, adopting them, and rating a table by one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any, NoReturn

import ibis
from pydantic import ValidationError

from xinheng.base.packs import services as packs
from xinheng.indicators.values import Card
from xinheng.judgements.policies import ceilings, checks, compiling, events, faults
from xinheng.judgements.policies.errors import PolicyInvalid, told
from xinheng.judgements.policies.expressions import COLUMN_TYPES
from xinheng.judgements.policies.formulas import Formulas, formulas_of
from xinheng.judgements.policies.reading import Document
from xinheng.judgements.policies.values import Policy


def load(text: str, *, file: str = "", cards: Iterable[Card] | None = None) -> Policy:
    """A checked policy from its YAML text; the same text is read once.

    cards: the indicators conditions may use; the catalogue when not given. Refuses: PolicyInvalid,
    naming file, line and cause, for anything the language does not allow.
    """
    return _load(text, file or "policy.yaml", None if cards is None else tuple(cards))


@lru_cache(maxsize=64)
def _load(text: str, file: str, cards: tuple[Card, ...] | None) -> Policy:
    document = Document(text, file)
    try:
        policy = Policy.model_validate(document.content)
    except ValidationError as error:
        _refuse(document, [_told(document, each) for each in faults.own(error.errors())])
    formulas = _formulas(policy, cards)
    if found := checks.problems(policy, formulas):
        _refuse(document, found)
    return policy


def check(text: str) -> None:
    """Whether a text is a rating policy that may be adopted. Refuses: PolicyInvalid."""
    load(text)


def in_force(code: str, *, on: date) -> tuple[packs.PolicyDocument, Policy]:
    """The version of a rating policy that holds on a day, as kept and as read. Refuses: PolicyNotInForce."""
    document = packs.in_force("rating", code, on=on)
    return document, load(document.text, file=f"{document.code}@{document.version}")


def json_schema() -> dict[str, Any]:
    """The published JSON schema of a rating policy."""
    schema = Policy.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Rating policy"}


def inputs_of(policy: Policy, *, cards: Iterable[Card] | None = None) -> dict[str, str]:
    """The columns a rating by this policy reads, with their types.

    Money columns hold minor units, shares 0 to 1, yes/no questions true, false or null.
    """
    formulas = _formulas(policy, tuple(cards) if cards is not None else None)
    wanted = set(formulas.used())
    for item in policy.scoring.items if policy.scoring else ():
        if item.kind == "manual":
            wanted.add(item.question)
    return {
        code: COLUMN_TYPES[formulas.names[code].kind]
        for code in sorted(wanted)
        if formulas.names[code].origin not in ("parameter", "term", "role")
    }


def input_table(policy: Policy, name: str = "inputs") -> Any:
    """A table of that name with the columns in which the inputs of a rating are kept: keys and inputs_of."""
    return ibis.table(keys_of(policy) | inputs_of(policy), name=name)


def keys_of(policy: Policy) -> dict[str, str]:
    """The columns that say whose row it is, with their types; the role only where the policy has roles."""
    return {"customer_no": "string", "customer_id": "int64"} | ({"role": "string"} if policy.roles else {})


def rate_table(policy: Policy, inputs: Any, *, cards: Iterable[Card] | None = None) -> Any:
    """One Ibis expression that grades every row of `inputs`.

    inputs: a row a customer (and role): customer_no, customer_id or both, role where the policy has
    roles, and the columns of inputs_of. Gives the same rows with state, grade ("" where not graded),
    rank (1 is best), score_milli, grade_before_caps; condition_*, cap_*, veto_* (true, false, null:
    unknown) and points_* (thousandths, null: not measured).
    """
    return compiling.rated(policy, _formulas(policy, tuple(cards) if cards is not None else None), inputs)


def with_ceilings(policy: Policy, results: Any) -> Any:
    """The rows of `results` (as rate_table gives them) with the best ranks that what held down allows.

    Adds vetoed_rank, hard_rank and soft_rank: 1, the best, where no veto fired and no cap of the kind held.
    """
    best = ibis.literal(1, type="int64")
    return results.mutate(
        vetoed_rank=ibis.greatest(ceilings.vetoed(policy, results), best),
        hard_rank=ibis.greatest(ceilings.capped(policy, results, soft=False), best),
        soft_rank=ibis.greatest(ceilings.capped(policy, results, soft=True), best),
    )


def events_of(policy: Policy, inputs: Any, *, cards: Iterable[Card] | None = None) -> Any:
    """One Ibis expression that says of every row of `inputs` which events of the calendar it shows.

    inputs: as rate_table takes them. Gives the keys and event_* (true, false, null: unknown) for each
    event that has a condition.
    """
    return events.fired(policy, _formulas(policy, tuple(cards) if cards is not None else None), inputs)


def falls_of(policy: Policy, event: str) -> dict[str, str]:
    """What an event that people tell makes of the grade that stands (PWR-26): grade -> worse grade.

    Grades the event leaves where they are have no entry; none has one where the policy names no downgrade.
    Taking the event back gives the grade before.
    """
    return events.falls(policy, event)


def formulas(policy: Policy) -> Formulas:
    """Every expression of a policy, read: for explanations that name the figures behind a rule."""
    return _formulas(policy, None)


@lru_cache(maxsize=64)
def _formulas(policy: Policy, cards: tuple[Card, ...] | None) -> Formulas:
    if cards is None:
        from xinheng.indicators import queries

        cards = tuple(queries.catalogue())
    return formulas_of(policy, cards)


def _told(document: Document, error: Any) -> checks.Problem:
    where = ".".join(str(step) for step in document.steps(error["loc"]))
    return error["loc"], f"{where}: {faults.worded(error)}"


def _refuse(document: Document, found: list[checks.Problem]) -> NoReturn:
    placed = {(document.line(path), cause): ".".join(map(str, document.steps(path))) for path, cause in found}
    problems = sorted(placed)
    line, cause = problems[0]
    every = tuple(told(number, text) for number, text in problems)
    places = tuple((*problem, placed[problem]) for problem in problems)
    raise PolicyInvalid(file=document.file, line=line, cause=cause, problems=every, places=places)
