"""Cash application: its runs, what was proposed and decided, lines of bank statements, who pays for whom."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Desk(models.Model):
    """The one row that whoever applies cash waits at, so two runs never look at the same money at once."""

    name = models.CharField(max_length=20, unique=True)

    def __str__(self) -> str:
        return self.name


class MatchingRun(models.Model):
    """One pass over all money that was free."""

    on = models.DateField()
    policy = models.CharField(max_length=61)  # code@version
    sha256 = models.CharField(max_length=64)
    begun_by = models.CharField(max_length=150)
    figures = models.JSONField(default=dict)  # receipts, applied, waiting, unmatched, money by currency, ways
    state = models.CharField(max_length=8, default="done")  # done, undone
    undone_by = models.CharField(max_length=150, blank=True)
    undone_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["done", "undone"]), name="run_done_or_undone")
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.on}"


class Proposal(models.Model):
    """What one receipt pays, as a run found it or a person said it; amounts in 分 of its currency."""

    run = models.ForeignKey(
        MatchingRun, null=True, on_delete=models.PROTECT, related_name="+"
    )  # null: by hand
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    receipt = models.ForeignKey("receivables.Receipt", on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=20)  # a way of the rules; "hand": a person's own
    confidence = models.FloatField()  # 0 to 1
    alternatives = models.PositiveIntegerField(default=1)  # sets of bills that fit, this one included
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()  # of the receipt
    free_minor = models.BigIntegerField()  # of the receipt, when it was proposed
    write_down = models.CharField(max_length=8, blank=True)  # fee, discount
    write_down_minor = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, default="waiting")
    made_on = models.DateField()
    decided_by = models.CharField(max_length=150, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-confidence", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["receipt"], condition=Q(state="waiting"), name="one_proposal_waits_a_receipt"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["applied", "waiting", "rejected", "undone", "superseded"]),
                name="proposal_in_a_known_state",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="proposal_above_zero"),
            models.CheckConstraint(condition=Q(write_down_minor__gte=0), name="never_written_up"),
        ]
        indexes = [
            models.Index(fields=["state", "-confidence", "id"], name="proposals_to_review"),
            models.Index(fields=["run", "state"], name="proposals_of_run"),
        ]

    def __str__(self) -> str:
        return f"{self.receipt_id} {self.way} {self.state}"


class ProposalLine(models.Model):
    """Part of a bill that is paid: by the receipt, by a credit bill, or written down."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveIntegerField()
    bill = models.ForeignKey("receivables.Bill", on_delete=models.PROTECT, related_name="+", db_index=False)
    source = models.CharField(max_length=10)  # receipt, credit, write_down
    credit_bill = models.ForeignKey(
        "receivables.Bill", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    amount_minor = models.BigIntegerField()
    settlement = models.ForeignKey(
        "receivables.Settlement", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )  # once applied

    class Meta:
        ordering = ["proposal", "place"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "place"], name="proposal_line_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="proposal_line_above_zero"),
            models.CheckConstraint(
                condition=Q(source="receipt", credit_bill__isnull=True)
                | Q(source__in=["credit", "write_down"]),
                name="receipts_pay_without_credit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.bill_id} {self.amount_minor}"


class BankLine(models.Model):
    """Money that came in by a bank statement; a receipt of the ledger once its customer is known."""

    account = models.CharField(max_length=40)  # ours
    serial = models.CharField(max_length=60)  # the bank's number of the line
    booked_on = models.DateField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="CNY")
    payer = models.CharField(max_length=200, blank=True)
    payer_key = models.CharField(
        max_length=200, blank=True
    )  # the payer without its legal form, to find alike
    payer_account = models.CharField(max_length=40, blank=True)
    reference = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=8, default="unknown")  # unknown, posted, aside
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT, related_name="+")
    known_by = models.CharField(max_length=10, blank=True)  # account, alias, name, former, reference, hand
    receipt_no = models.CharField(max_length=60, blank=True)
    file_name = models.CharField(max_length=255, blank=True)
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()
    decided_by = models.CharField(max_length=150, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-booked_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["account", "serial"], name="bank_line_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="bank_line_above_zero"),
            models.CheckConstraint(
                condition=Q(state="posted", customer__isnull=False) | Q(state__in=["unknown", "aside"]),
                name="bank_line_posted_for_somebody",
            ),
        ]
        indexes = [models.Index(fields=["state", "-booked_on"], name="bank_lines_by_state")]

    def __str__(self) -> str:
        return f"{self.account} {self.serial}"


class PayerAlias(models.Model):
    """Somebody paid for a customer before, under this name or from this account."""

    payer_key = models.CharField(max_length=200, blank=True)
    account = models.CharField(max_length=40, blank=True)
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    told_by = models.CharField(max_length=150)
    told_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["payer_key"], condition=~Q(payer_key=""), name="payer_name_of_one_customer"
            ),
            models.UniqueConstraint(
                fields=["account"], condition=~Q(account=""), name="payer_account_of_one_customer"
            ),
            models.CheckConstraint(condition=~Q(payer_key="", account=""), name="payer_told_somehow"),
        ]

    def __str__(self) -> str:
        return f"{self.payer_key or self.account} {self.customer_id}"
