"""A person's data is taken out of a customer's file; bills and amounts stay, with a number for a name."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Model, Q

from xinheng.base.access import services as access
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.texts import name_key
from xinheng.facts.customers import search
from xinheng.facts.customers.items import catalogue
from xinheng.facts.customers.models import (
    Contact,
    Customer,
    FieldReport,
    FileFact,
    FormerName,
    RelatedParty,
    Survey,
)

Taken = dict[str, Any]  # table -> key of the row -> column -> what stood there
TABLES: dict[str, type[Model]] = {
    "customer": Customer, "former_name": FormerName, "contact": Contact, "fact": FileFact,
    "party": RelatedParty, "survey": Survey, "report": FieldReport,
}  # fmt: skip
GONE = "—"


@transaction.atomic
def conceal_person(*, actor: Actor, on: date, no: str, name: str, words: str) -> Taken:
    """Let nothing of a customer's file name a person any more: `words` stand for the name.

    Of a customer who is that person all that is personal goes; of another the contacts and parties of that
    name. Gives what was taken, for `reveal_person`; the trail notes only which columns. Whether the actor
    reaches the customer was looked at by who asks. Refuses: AccessDenied.
    """
    access.require(actor, "privacy.erase", f"customer:{no}")
    customer = Customer.objects.select_for_update().filter(no=no).first()
    taken: Taken = {}
    if customer is None:
        return taken
    if customer.kind == "person" and name in ("", customer.name):
        _take_whole(customer, words, taken)
    _take(
        Contact.objects.filter(customer=customer, name=name), taken, name=words, post="", phone="", email=""
    )
    _take(RelatedParty.objects.filter(customer=customer, other_name=name), taken, other_name=words)
    columns = sorted(
        {f"{table}.{column}" for table, rows in taken.items() for row in rows.values() for column in row}
    )
    record(
        actor=actor,
        act="customers.conceal_person",
        subject=f"customer:{no}",
        on=on,
        after={"columns": columns},
    )
    return taken


@transaction.atomic
def reveal_person(*, actor: Actor, on: date, no: str, taken: Taken) -> None:
    """Put back what `conceal_person` took, where the data is not erased after all. Refuses: AccessDenied."""
    access.require(actor, "privacy.erase", f"customer:{no}")
    for table, rows in taken.items():
        for key, columns in rows.items():
            TABLES[table].objects.filter(pk=int(key)).update(**columns)  # type: ignore[attr-defined]
    if customer := Customer.objects.filter(no=no).first():
        _find_anew(customer)
    record(
        actor=actor,
        act="customers.reveal_person",
        subject=f"customer:{no}",
        on=on,
        after={"rows": len(taken)},
    )


def _take_whole(customer: Customer, words: str, taken: Taken) -> None:
    one = Customer.objects.filter(pk=customer.pk)
    _take(one, taken, name=words, name_key=name_key(words), id_number=None, address="", source="")
    _take(FormerName.objects.filter(customer=customer), taken, name=words, name_key=name_key(words))
    own = {"post": "", "phone": "", "email": ""}
    _take(Contact.objects.filter(customer=customer), taken, name=words, **own)
    personal = [code for code, item in catalogue().items() if item.personal or item.sensitive]
    told = Q(item__in=[*personal, "name", "address"])
    _take(FileFact.objects.filter(told, customer=customer), taken, value=GONE, key="", source=GONE)
    _take(RelatedParty.objects.filter(other=customer), taken, other_name=words)
    _take(Survey.objects.filter(customer=customer), taken, answers={}, questions={}, source=GONE)
    _take(FieldReport.objects.filter(customer=customer), taken, text=GONE)
    customer.refresh_from_db()
    _find_anew(customer)


def _take(rows: Any, taken: Taken, **instead: Any) -> None:
    """Remember what stands in some columns of some rows and write something else over it."""
    table = next(name for name, model in TABLES.items() if model is rows.model)
    for row in rows.values("pk", *instead):
        key = str(row.pop("pk"))
        taken.setdefault(table, {}).setdefault(key, dict(row.items()))
    rows.model.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(**instead)


def _find_anew(customer: Customer) -> None:
    former = FormerName.objects.filter(customer=customer).values_list("name", flat=True)
    search.index_anew(customer, [customer.name, *former])
