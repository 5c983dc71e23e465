"""Which consumers somebody reaches, and one of them by its number."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.texts import name_key
from xinheng.facts.customers import queries as customers
from xinheng.facts.metering.errors import AreaUnknown, ConsumerUnknown
from xinheng.facts.metering.models import Area, Consumer, Meter, Supply
from xinheng.facts.metering.values import ConsumerWanted

NO_END = date(9999, 12, 31)  # of what holds without an end that was told


def scope_of(actor: Actor) -> QuerySet[Consumer]:
    """The consumers within reach: of one's units and below, and of the customers one answers for.

    Keeps rows of other tables to them: `filter(consumer_no__in=scope_of(actor).values("consumer_no"))`;
    whoever `sees_all` needs no such filter. Refuses: AccessDenied.
    """
    access.require(actor, "metering.read")
    scope = actor.scope
    if scope.reach == "everything":
        return Consumer.objects.all()
    held = Q(pk__in=[])
    if scope.reach in {"unit", "own"} and actor.may("customers.read"):
        held |= Q(customer__in=customers.visible(actor, on=NO_END).order_by().values("pk"))
    if scope.reach == "unit":
        below = Q(pk__in=[])
        for path in scope.unit_paths:
            below |= Q(unit__path__startswith=path)
        now = Supply.objects.filter(below, until_on__isnull=True).order_by()
        held |= Q(pk__in=now.values("consumer"))
    return Consumer.objects.filter(held)


def has_consumers() -> bool:
    """Whether anybody is supplied: a company without consumers has no nightly work of this kind."""
    return Consumer.objects.exists()


def sees_all(actor: Actor) -> bool:
    """Whether no consumer is out of reach."""
    return actor.scope.reach == "everything"


def consumer(actor: Actor, consumer_no: str) -> Consumer:
    """One consumer. Refuses: AccessDenied; ConsumerUnknown, also when out of reach."""
    found = scope_of(actor).select_related("customer").filter(consumer_no=consumer_no).first()
    if found is None:
        raise ConsumerUnknown(no=consumer_no)
    return found


def consumers(actor: Actor, wanted: ConsumerWanted) -> QuerySet[Consumer]:
    """The consumers within reach that pass the filters, by their numbers. Refuses: AccessDenied, AreaUnknown.

    text: the beginning of a number or meter number, part of a name or an address.
    """
    rows = scope_of(actor)
    if text := wanted.text.strip():
        metered = Meter.objects.filter(consumer=OuterRef("pk"), meter_no__startswith=text)
        named = Q(consumer_no__startswith=text) | Q(address__contains=text) | Exists(metered)
        key = name_key(text)
        rows = rows.filter(named | Q(name_key__contains=key) if key else named)
    now = Supply.objects.filter(consumer=OuterRef("pk"), until_on__isnull=True).order_by()
    held = {}
    if wanted.area:
        held["area__path__startswith"] = area(wanted.area).path
    if wanted.unit_code:
        held["unit__path__startswith"] = _path_of(wanted.unit_code)
    if wanted.voltage:
        held["voltage"] = wanted.voltage
    if held:
        rows = rows.filter(Exists(now.filter(**held)))
    if wanted.industry:
        rows = rows.filter(_of_industry(wanted.industry))
    if wanted.state:
        rows = rows.filter(closed_on__isnull=wanted.state == "open")
    if wanted.customer_no:
        rows = rows.filter(customer__no=wanted.customer_no)
    return rows.order_by("consumer_no")


def area(code: str) -> Area:
    """One area by its code. Refuses: AreaUnknown."""
    if (found := Area.objects.filter(code=code).first()) is None:
        raise AreaUnknown(code=code)
    return found


def _path_of(unit_code: str) -> str:
    return people.unit_paths().get(unit_code, ("/none/", ""))[0]


def _of_industry(industry: str) -> Q:
    """An industry and all below it; "unknown" are those without one."""
    if industry == "unknown":
        return Q(industry="")
    if len(industry) > 1 or not industry.isalpha():
        return Q(industry__startswith=industry)
    section = next((one for one in customers.sections() if one.code == industry), None)
    divisions = [f"{number:02}" for number in section.divisions] if section else []
    held = Q(industry=industry)
    for division in divisions:
        held |= Q(industry__startswith=division)
    return held
