"""Questions to customers. Every list, page, export and answer starts at `visible`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

import polars as pl
from django.db.models import Q, QuerySet

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.texts import halfwidth, name_key
from xinheng.facts.customers import search as index
from xinheng.facts.customers.comparing import compared, prepared
from xinheng.facts.customers.contradicting import contradictory
from xinheng.facts.customers.errors import (
    InvestigationUnknown,
    SurveyUnknown,
)
from xinheng.facts.customers.evidence import (
    SENT_OUT,
    escalated,
    is_outdated,
    overdue,
    responses,
    stale_counts,
    stale_items,
    surveys_asked,
    unread,
)
from xinheng.facts.customers.filing import Sight, compose, holdings
from xinheng.facts.customers.form_checks import faults_of as form_faults
from xinheng.facts.customers.inability import inabilities
from xinheng.facts.customers.industry import Section, normal_code, section_of, sections
from xinheng.facts.customers.items import asked_groups, asked_items, catalogue, dimensions, fresh_since
from xinheng.facts.customers.matching import found, likeliness, met_in_passing, ranked
from xinheng.facts.customers.models import (
    CHANNELS,
    Contact,
    Customer,
    FieldReport,
    FileFact,
    FormerName,
    Investigation,
    RelatedParty,
    Responsibility,
    Survey,
)
from xinheng.facts.customers.quality import judge, strange
from xinheng.facts.customers.questionnaires import (
    form_of,
    form_text,
    form_version,
    forms,
)
from xinheng.facts.customers.reach import get, open_customer, open_key, open_keys, running, visible
from xinheng.facts.customers.rules import dealing_class
from xinheng.facts.customers.values import CreditFile, DataQuality, FiledItem, Form, LikeName

__all__ = [
    "CHANNELS",
    "SENT_OUT",
    "Section",
    "above",
    "answerable",
    "answering",
    "asked_groups",
    "asked_items",
    "below",
    "catalogue",
    "compare",
    "contacts",
    "contradictions",
    "contradictory",
    "data_quality",
    "dealing_class",
    "dimensions",
    "escalated",
    "field_reports_seen",
    "file_of",
    "form_faults",
    "form_of",
    "form_text",
    "form_version",
    "former_names",
    "forms",
    "found",
    "fresh_since",
    "get",
    "holdings",
    "ids_by_no",
    "inabilities",
    "investigation",
    "investigations_seen",
    "is_outdated",
    "like_names",
    "linked",
    "normal_code",
    "numbers_and_names",
    "open_customer",
    "open_key",
    "open_keys",
    "overdue",
    "ranked",
    "related_parties",
    "reports_accepted",
    "responses",
    "responsibilities",
    "responsible",
    "running",
    "search",
    "section_of",
    "sections",
    "stale_counts",
    "stale_items",
    "subsidiaries",
    "survey",
    "surveys",
    "surveys_asked",
    "surveys_seen",
    "told_facts",
    "unclassified_items",
    "unread",
    "visible",
]
MOST_LIKE_NAMES = 20


def told_facts(customer: Any, *, known_on: date) -> QuerySet[FileFact]:
    """Every fact of a customer's file told up to a day; the customer, or the row outside that names it."""
    return FileFact.objects.filter(customer=customer, told_on__lte=known_on)


def search(actor: Actor, text: str, *, on: date) -> QuerySet[Customer]:
    """The visible customers that a typed text finds, the likeliest first.

    text: parts of a name of now or before in simplified or traditional signs, pinyin whole or by
    initials, the beginning of a number or credit code, a whole ID number; each word must be found.
    A blank text finds all. Many hits come in the order of the numbers.
    """
    seen = visible(actor, on=on)
    words = index.words_of(halfwidth(text))
    if not words:
        return seen.none() if text.strip() else seen
    if (
        len(words) == 1
        and len(words[0]) == 18
        and (holder := seen.filter(id_number=words[0].upper())).exists()
    ):
        return holder
    found = index.hits(words)
    counted = [hits.ids for hits in found if hits.ids is not None]
    if counted:
        seen = seen.filter(pk__in=frozenset.intersection(*counted)).order_by(likeliness(text), "no")
    for hits in found:
        if hits.ids is None:
            seen = seen.filter(met_in_passing(hits))
    return seen


def like_names(name: str, *, but: str = "") -> list[LikeName]:
    """Customers whose name, now or before, is like the name, up to twenty; `but` is left out.

    Alike: equal without width, script, brackets, spaces, case and legal form (有限公司, 股份有限公司 …).
    """
    key = name_key(name)
    if not key:
        return []
    now = Customer.objects.filter(name_key=key).exclude(no=but)[:MOST_LIKE_NAMES]
    found = {row.no: LikeName(row.no, row.name, row.name, row.status) for row in now}
    before = FormerName.objects.filter(name_key=key).exclude(customer__no=but).select_related("customer")
    for row in before[:MOST_LIKE_NAMES]:
        holder = row.customer
        found.setdefault(holder.no, LikeName(holder.no, row.name, holder.name, holder.status))
    return list(found.values())[:MOST_LIKE_NAMES]


def ids_by_no() -> pl.DataFrame:
    """The id of every customer: columns no, id."""
    rows = Customer.objects.order_by().values_list("no", "pk").iterator(chunk_size=100_000)
    return pl.DataFrame(rows, schema={"no": pl.String, "id": pl.Int64}, orient="row")


def numbers_and_names(ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """The number and name of some customers by their ids. Not narrowed: for ids found within reach."""
    rows = Customer.objects.filter(pk__in=ids).order_by().values_list("pk", "no", "name")
    return {pk: (no, name) for pk, no, name in rows}


def former_names(customer: Customer) -> QuerySet[FormerName]:
    """The names the customer carried before, the last first."""
    return FormerName.objects.filter(customer=customer)


def responsibilities(customer: Customer) -> QuerySet[Responsibility]:
    """Who answered for the customer, the present first, with unit and person."""
    held = Responsibility.objects.filter(customer=customer).select_related("unit", "person")
    return held.order_by("-from_on", "-id")


def responsible(customers: list[Customer], *, on: date) -> dict[int, Responsibility]:
    """Who answers on a day for each of a page's customers, by customer id, in one query."""
    held = Responsibility.objects.filter(running(on), customer__in=customers)
    return {row.customer_id: row for row in held.select_related("unit", "person")}


def answering(*, on: date) -> QuerySet[Responsibility]:
    """Who answers for which customer on a day, for lists to filter and sort by; apply the scope beside."""
    return Responsibility.objects.filter(running(on))


def answerable(actor: Actor, *, on: date) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The open units, and the people placed in them, that may answer for a customer: code and name each.

    Refuses: AccessDenied without the right to change customers.
    """
    access.require(actor, "customers.write")
    units = [(one.code, one.name) for one in people.units(system_actor(), on=on)]
    placed = people.assignments(system_actor(), on=on).filter(person__is_active=True)
    named = {one.person.login: f"{one.person.name} · {one.unit.name}" for one in placed}
    return units, sorted(named.items(), key=lambda one: one[1])


def subsidiaries(customer: Customer) -> QuerySet[Customer]:
    """The customers directly below the customer in its group."""
    return Customer.objects.filter(parent=customer)


def above(customer: Customer) -> list[Customer]:
    """Who stands above a customer in its group, the nearest first."""
    found: list[Customer] = []
    while customer.parent_id and (parent := Customer.objects.get(pk=customer.parent_id)):
        found.append(parent)
        customer = parent
    return found


def below(customer: Customer) -> list[int]:
    """The keys of a customer and of all below it in its group; a statement a level."""
    found, level = [customer.pk], [customer.pk]
    while level := list(Customer.objects.filter(parent__in=level).values_list("pk", flat=True)):
        found += level
    return found


def related_parties(customer: Customer, *, on: date) -> QuerySet[RelatedParty]:
    """The links of the customer that hold on a day, with the other customer where it is one."""
    return RelatedParty.objects.filter(linked(on), customer=customer).select_related("other")


def contacts(customer: Customer, *, on: date) -> QuerySet[Contact]:
    """The people to talk to at the customer on a day."""
    return Contact.objects.filter(Q(until_on__isnull=True) | Q(until_on__gt=on), customer=customer)


def contacts_of(ids: Collection[int], *, on: date) -> QuerySet[Contact]:
    """The people to talk to at customers on a day, by customer, who was told of first first."""
    running = Contact.objects.filter(Q(until_on__isnull=True) | Q(until_on__gt=on), customer_id__in=ids)
    return running.order_by("customer_id", "pk")


def by_ids(ids: Collection[int]) -> QuerySet[Customer]:
    """Customers by their keys. For rooms that keep keys of customers somebody was let see."""
    return Customer.objects.filter(pk__in=ids)


def linked(on: date) -> Q:
    """The links that hold on a day; one without a first day always held."""
    begun = Q(from_on__isnull=True) | Q(from_on__lte=on)
    return begun & (Q(until_on__isnull=True) | Q(until_on__gt=on))


def compare(frame: pl.DataFrame, *, on: date) -> pl.DataFrame:
    """What posting a frame of customers (`values.FRAME`) would do, a row for each of its rows, in order.

    Gives no · state: new, known (nothing new is said), changed or conflict · fields: those that differ,
    or clash · cause of a conflict: invalid (cannot be), repeated (twice in the frame), taken (a code of
    another customer), unknown (a parent, unit or person that is not there), cycle; else null ·
    like_no: another customer of a like name, to be shown before a second file is opened; else null.
    """
    return compared(prepared(frame, on=on))


def file_of(
    customer: Customer, *, on: date, ledger: Mapping[str, str] | None = None, unmasked: bool = False
) -> CreditFile:
    """The credit file of a customer as of a day: six dimensions, each item with values and provenance.

    ledger: figures of the ledger by item ("receipts_year": "12000.00"), from the rooms that keep it; a
    typed figure beside one is marked "declared". Sensitive values are masked: `services.read_file` shows
    them to who may see them and notes it on the trail; nobody else sets `unmasked`.
    """
    return compose(customer, Sight(on, ledger or {}, unmasked))


def unclassified_items(actor: Actor, *, on: date) -> list[tuple[str, int]]:
    """Items told of visible customers that nobody classified yet, with the number of facts of each."""
    facts = FileFact.objects.filter(customer__in=visible(actor, on=on).order_by())
    return strange(facts, catalogue())


def data_quality(actor: Actor, *, on: date) -> DataQuality:
    """How complete and fresh the files of the visible customers are. No customers: all shares None."""
    return judge(visible(actor, on=on), on=on)


def surveys(customer: Customer) -> QuerySet[Survey]:
    """The questionnaires on a customer, the newest first."""
    return Survey.objects.filter(customer=customer).order_by("-id")


def reports_accepted(customer: Any) -> QuerySet[Survey]:
    """The reports on a customer, or on that of the row outside, accepted with all points ticked (NET-05)."""
    return Survey.objects.filter(customer=customer, state__in=["accepted", "filed"])


def surveys_seen(actor: Actor, *, on: date) -> QuerySet[Survey]:
    """The questionnaires on visible customers, the newest first. Refuses: AccessDenied."""
    return Survey.objects.filter(_reached(actor, on)).select_related("customer").order_by("-id")


def survey(actor: Actor, survey_id: int, *, on: date) -> Survey:
    """One questionnaire. Refuses: AccessDenied; SurveyUnknown, also when out of reach."""
    found = surveys_seen(actor, on=on).filter(pk=survey_id).first()
    if found is None:
        raise SurveyUnknown(survey=survey_id)
    return found


def investigations_seen(actor: Actor, *, on: date) -> QuerySet[Investigation]:
    """The investigations ordered on visible customers, the next due first. Refuses: AccessDenied."""
    return Investigation.objects.filter(_reached(actor, on)).select_related("customer")


def investigation(actor: Actor, investigation_id: int, *, on: date) -> Investigation:
    """One investigation. Refuses: AccessDenied; InvestigationUnknown, also when out of reach."""
    found = investigations_seen(actor, on=on).filter(pk=investigation_id).first()
    if found is None:
        raise InvestigationUnknown(investigation=investigation_id)
    return found


def field_reports_seen(actor: Actor, *, on: date) -> QuerySet[FieldReport]:
    """The reports from the field on visible customers, the newest first. Refuses: AccessDenied."""
    return FieldReport.objects.filter(_reached(actor, on)).select_related("customer")


def _reached(actor: Actor, on: date) -> Q:
    seen = visible(actor, on=on)
    if actor.scope.reach == "everything":
        return Q()
    return Q(customer__in=seen.order_by())


def contradictions(customer: Customer, form: Form, *, on: date) -> list[FiledItem]:
    """What a review of a report looks at first: the items it asks on which the channels disagree (NET-05)."""
    filed = file_of(customer, on=on)
    return [one for one in filed.contradictory if one.item.code in form.items]
