"""What we know of a customer's own business: statements and the invoices it let us see."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Statement(models.Model):
    """A customer's financial statement of one period; a correction is a later version of it."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    period_end = models.DateField()
    months = models.PositiveSmallIntegerField(default=12)  # length of the period
    version = models.PositiveSmallIntegerField(default=1)
    currency = models.CharField(max_length=3, default="CNY")
    is_consolidated = models.BooleanField(default=False)
    opinion = models.CharField(
        max_length=20, blank=True
    )  # unqualified, emphasis, qualified, adverse, disclaimer
    is_consistent = models.BooleanField()  # passed the integrity checks
    told_on = models.DateField()
    batch_no = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["customer", "-period_end", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "period_end", "months", "is_consolidated", "version"],
                name="statement_version_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.period_end}"


class StatementLine(models.Model):
    """One figure of a statement."""

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.CharField(max_length=40)  # a code of lines.yaml: "current_assets"
    amount_minor = models.BigIntegerField()  # 分, closing balance or the period's flow
    opening_minor = models.BigIntegerField(
        null=True, blank=True
    )  # 分, opening balance or the prior period's flow

    class Meta:
        constraints = [models.UniqueConstraint(fields=["statement", "item"], name="statement_line_once")]

    def __str__(self) -> str:
        return f"{self.statement_id} {self.item}"


class TradeInvoice(models.Model):
    """A VAT invoice between the customer and one of its own buyers or suppliers (进销项发票)."""

    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    side = models.CharField(max_length=8, choices=[("sale", "sale"), ("purchase", "purchase")])
    invoice_no = models.CharField(max_length=60)
    counterparty = models.CharField(max_length=60)  # the other side's code or name as told
    issued_on = models.DateField()
    net_minor = models.BigIntegerField()  # 分, without tax; negative on red-letter invoices
    tax_minor = models.BigIntegerField()  # 分
    is_void = models.BooleanField(default=False)
    told_on = models.DateField()
    batch_no = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "side", "invoice_no"], name="trade_invoice_once"),
            models.CheckConstraint(condition=Q(side__in=["sale", "purchase"]), name="trade_invoice_side"),
        ]

    def __str__(self) -> str:
        return self.invoice_no
