"""Every act of every room asks for the right before anything else, and stands on the trail."""

from __future__ import annotations

import importlib
import inspect
import types
import typing
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from unittest.mock import MagicMock

import pytest

from tests.base.access.conftest import DAY
from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor

ROOMS = [
    "base.access", "base.webhooks", "base.messages", "base.approvals", "base.packs", "base.secrecy", "facts.retention", "facts.archive", "facts.customers", "facts.receivables", "facts.financials", "facts.instruments", "facts.orders", "facts.factors", "facts.intake", "facts.metering",
    "indicators", "judgements.policies", "judgements.ratings", "judgements.reviews", "judgements.processes", "judgements.limits", "judgements.terms", "judgements.advances", "judgements.losses", "judgements.arrears", "judgements.consumers", "judgements.demand", "judgements.warnings", "facts.disputes", "facts.dossiers", "facts.custody", "facts.texts", "facts.contracts", "operations.charges", "operations.dunning", "operations.care", "operations.key_accounts", "operations.duties", "operations.inspections", "judgements.applications", "operations.confirmations", "operations.collection", "judgements.matching", "judgements.shadow", "judgements.scorecards", "reports", "runs",
]  # fmt: skip
QUESTIONS = {  # they change nothing
    "base.secrecy.clearance", "base.secrecy.mark_by", "base.secrecy.marked", "base.secrecy.may_see", "base.secrecy.require_visible",
    "base.secrecy.shown", "base.secrecy.visible_grades", "base.secrecy.watermark",
    "base.access.may_see", "base.access.require", "base.access.shown", "runs.job_of", "judgements.ratings.replay",
    "facts.customers.beside_investigation", "facts.customers.beside_survey", "judgements.ratings.replay_decision",
    "facts.customers.beside_record", "facts.customers.require_record_file", "facts.dossiers.try_map", "facts.dossiers.guess", "facts.customers.told_record", "judgements.ratings.assessment",
    "judgements.ratings.beside_assessment", "facts.customers.before_decision",
    "reports.file_report_depth", "reports.sealed_reports", "reports.verify_credit_report", "judgements.scorecards.fit_table", "judgements.scorecards.predict_table", "reports.has_rows",
    "facts.orders.to_post", "judgements.limits.try_order", "reports.rows_of",
    "judgements.arrears.fit_table", "judgements.arrears.predict_table", "judgements.arrears.backtest_table", "judgements.arrears.replay", "judgements.consumers.replay", "judgements.demand.replay", "judgements.demand.fit_file", "judgements.demand.predict_file", "reports.demand_parts_named",
}  # fmt: skip
OWN = {  # of oneself: the present password, one's taste, one's token stand for the right
    "base.access.change_password", "base.access.choose_language", "base.access.revoke_token",
}  # fmt: skip
UNRECORDED = {
    "facts.custody.scan",  # kept as it is read; what it comes to is noted at the end
    "facts.texts.end_day",  # it tidies the index and tells nothing new
    "base.access.choose_language",  # a matter of taste
    "judgements.ratings.run_simulation",  # noted when it was begun
    "judgements.shadow.run",
    "judgements.shadow.replay",  # noted when they were begun
}
FOLLOWING = {
    "facts.customers.follow_review",
    "facts.custody.call_off",
    "facts.custody.cancel_waiting",
    "facts.custody.expect_handover",  # of another room's act
}  # what an approval lets happen: that asked for the right
WITHOUT_A_PERSON = {  # done by the system itself, for work that a person began
    "base.access.actor_of_token", "facts.intake.read_and_check", "facts.metering.read_and_check", "judgements.ratings.fail_unfinished",
    "runs.unfinished_work", "runs.end_day_if_due", "runs.read_papers",
    "facts.archive.preview", "reports.print_labels",  # a picture is saved in memory
    "base.webhooks.tell", "base.webhooks.tell_all", "base.webhooks.forget_old",
    "base.messages.send", "base.messages.send_all", "base.messages.send_due", "base.messages.take_receipt",
}  # fmt: skip
WRITES = {"save", "create", "bulk_create", "update_or_create", "get_or_create", "delete"}
NOBODY = Actor(login="nobody", name="无权者", permits=frozenset(), via="page")


def services() -> Iterator[tuple[str, Callable[..., Any]]]:
    for room in ROOMS:
        module = importlib.import_module(f"xinheng.{room}.services")
        names = getattr(module, "__all__", None) or [name for name in vars(module) if name[0] != "_"]
        for name in names:
            found = getattr(module, name)
            if inspect.isfunction(found) and found.__module__.startswith(f"xinheng.{room}"):
                yield f"{room}.{name}", found


ACTS = {
    name: found
    for name, found in services()
    if "actor" in inspect.signature(found).parameters and name not in QUESTIONS
}


def anything(hint: Any) -> Any:
    """A value that an act may be given; it must be refused before it is looked at."""
    if hint in (str, "str"):
        return "x"
    if hint in (int, "int"):
        return 1
    if hint in (date, "date", date | None):
        return DAY
    return MagicMock()


def told_to(act: Callable[..., Any]) -> dict[str, Any]:
    hints = typing.get_type_hints(inspect.unwrap(act))
    given: dict[str, Any] = {}
    for name, parameter in inspect.signature(act).parameters.items():
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            (fields,) = typing.get_args(hints[name])
            given |= dict.fromkeys(fields.__required_keys__, "x")
        elif name == "actor":
            given[name] = NOBODY
        elif parameter.default is inspect.Parameter.empty:
            given[name] = anything(hints[name])
    return given


@pytest.mark.req("RR-14")
@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(set(ACTS) - OWN - FOLLOWING))
def test_who_has_no_right_is_turned_down_before_anything_is_looked_at(name: str) -> None:
    act = ACTS[name]
    with pytest.raises(AccessDenied):
        act(**told_to(act))


def reached(function: Any, seen: set[types.CodeType] | None = None) -> Iterator[tuple[str, Any]]:
    """The names a function speaks of, and those of the functions of ours that it calls."""
    function = inspect.unwrap(function)
    seen = set() if seen is None else seen
    codes = [function.__code__]
    while codes:
        code = codes.pop()
        if code in seen:
            continue
        seen.add(code)
        codes += [const for const in code.co_consts if isinstance(const, types.CodeType)]
        known = [function.__globals__.get(name) for name in code.co_names]
        modules = [one for one in known if getattr(one, "__name__", "").startswith("xinheng.")]
        for name in code.co_names:
            yield name, None
            for one in [function.__globals__.get(name), *(getattr(module, name, None) for module in modules)]:
                if inspect.isfunction(one) and one.__module__.startswith("xinheng."):
                    yield name, one
                    yield from reached(one, seen)


@pytest.mark.parametrize("name", sorted(set(ACTS) - UNRECORDED))
def test_every_act_stands_on_the_trail(name: str) -> None:
    assert any(one is audit.record for _name, one in reached(ACTS[name]))


def test_nothing_is_written_without_saying_who() -> None:
    nameless = {
        name
        for name, found in services()
        if not {"actor", "login"} & set(inspect.signature(found).parameters)
        if any(one in WRITES for one, _function in reached(found))
    }
    assert nameless == WITHOUT_A_PERSON
