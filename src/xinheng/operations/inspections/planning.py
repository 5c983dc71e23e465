"""The weightiest cases are given to the teams of a day, area by area."""

from __future__ import annotations

from collections import Counter
from datetime import date

from django.db import transaction
from django.db.models import Q

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.operations.inspections import policy, rules, selecting
from xinheng.operations.inspections.models import Assignee, Inspector
from xinheng.operations.inspections.naming import check_day
from xinheng.operations.inspections.opening import assign
from xinheng.operations.inspections.values import Assignment, Planned, Stop, Team, Wanted


@transaction.atomic
def plan_day(*, actor: Actor, on: date, planned_on: date) -> Planned:
    """Give the weightiest open cases to the teams of a day, each team area by area; gives who got how many.

    A team is as many inspectors of one unit as the rules ask for. What nobody may take stays on the list.
    Refuses: AccessDenied, InspectionInvalid (a day that is past).
    """
    access.require(actor, "inspections.write", f"day:{planned_on}")
    check_day("planned_on", planned_on, earliest=on)
    at = policy.in_force(on)
    teams = _teams(actor, at.least_inspectors, planned_on, on=on)
    rows = list(selecting.cases(actor, Wanted(state="open")).select_related("unit"))
    by_key = {row.pk: row for row in rows}
    able = {skill for team in teams for skill in team.skills}
    stops = [
        Stop(row.pk, row.area, row.unit.path if row.unit else "", _skill(row.voltage, able)) for row in rows
    ]
    given = rules.routes(stops, teams)
    for key, place in given.items():
        new = Assignment(teams[place].logins, planned_on)
        assign(actor=actor, on=on, no=by_key[key].no, new=new)
    told = Planned(
        len(given), len(rows) - len(given), dict(Counter(teams[one].logins for one in given.values()))
    )
    after = {"planned_on": planned_on, "given": told.given, "left": told.left}
    record(actor=actor, act="inspections.plan_day", subject=f"day:{planned_on}", on=on, after=after)
    return told


def _skill(voltage: str, able: set[str]) -> str:
    """High voltage asks for its skill, where anybody has it."""
    return "high_voltage" if voltage == "high" and "high_voltage" in able else ""


def _teams(actor: Actor, size: int, planned_on: date, *, on: date) -> list[Team]:
    """Inspectors of one unit in teams, less what each has on the day already."""
    placed = people.assignments(system_actor("inspections"), on=on).select_related("person", "unit")
    if actor.scope.reach != "everything":
        within = Q()
        for path in actor.scope.unit_paths:
            within |= Q(unit__path__startswith=path)
        placed = placed.filter(within) if actor.scope.unit_paths else placed.none()
    paths = {one.person.login: one.unit.path for one in placed.order_by("-pk") if one.unit}
    busy = Counter(
        Assignee.objects.filter(case__planned_on=planned_on, case__state="assigned").values_list(
            "login", flat=True
        )
    )
    by_unit: dict[str, list[Inspector]] = {}
    for one in Inspector.objects.filter(login__in=paths):
        by_unit.setdefault(paths[one.login], []).append(one)
    teams = []
    for path, some in sorted(by_unit.items()):
        for place in range(0, len(some) - size + 1, size):
            team = some[place : place + size]
            takes = min(max(one.a_day - busy[one.login], 0) for one in team)
            skills = frozenset(skill for one in team for skill in one.skills)
            teams.append(Team(tuple(one.login for one in team), path, skills, takes))
    return teams
