"""What metering turns down. Bad rows of files are values, never exceptions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class MeteringRulesInvalid(Refusal):
    """The text is not rules of measured values."""

    code = "metering_rules_invalid"
    status = 422
    text = _("%(file)s, line %(line)s: %(cause)s")


class MeteringInvalid(Refusal):
    """A value that cannot be."""

    code = "metering_invalid"
    status = 422
    text = _("%(cause)s")


class ConsumerUnknown(Refusal):
    """There is no such consumer, or it is out of reach."""

    code = "consumer_unknown"
    status = 404
    text = _("There is no consumer %(no)s.")


class ConsumerTaken(Refusal):
    """An account number is given once."""

    code = "consumer_taken"
    status = 409
    text = _("The consumer number %(no)s is taken by %(name)s.")


class ConsumerIsClosed(Refusal):
    """Nothing more happens to a closed account."""

    code = "consumer_closed"
    status = 409
    text = _("The consumer %(no)s was closed on %(day)s.")


class LicenceWrong(Refusal):
    """A code that no enterprise can have."""

    code = "licence_wrong"
    status = 422
    text = _("%(value)s is no unified social credit code: %(cause)s")


class AreaUnknown(Refusal):
    """There is no such area."""

    code = "area_unknown"
    status = 404
    text = _("There is no area %(code)s.")


class AreaTaken(Refusal):
    """A code names one area."""

    code = "area_taken"
    status = 409
    text = _("The area %(code)s is there already.")


class MeterTaken(Refusal):
    """A meter hangs at one place."""

    code = "meter_taken"
    status = 409
    text = _("The meter %(no)s hangs at the consumer %(consumer)s.")


class MeterUnknown(Refusal):
    """There is no such meter at the consumer."""

    code = "meter_unknown"
    status = 404
    text = _("The consumer %(consumer)s has no meter %(no)s.")


class DayBeforeChange(Refusal):
    """A change goes on from the last one; a day before it is another history."""

    code = "day_before_change"
    status = 409
    text = _("The supply of %(no)s was last changed on %(day)s; a change before it is not possible.")


class FileNotMetering(Refusal):
    """No shape of the kind fits the columns of the file."""

    code = "file_not_metering"
    status = 422
    text = _("%(file_name)s cannot be read as %(kind)s: a column is missing: %(missing)s.")


class LineageMissing(Refusal):
    """What is put out must come from raw data (PWR-01)."""

    code = "lineage_missing"
    status = 409
    text = _("%(code)s %(key)s does not go back to raw data; it is not kept.")


class ItemUnknown(Refusal):
    """There is no such item."""

    code = "data_item_unknown"
    status = 404
    text = _("There is no data item %(code)s %(key)s.")


class ItemKept(Refusal):
    """What was kept is never changed; a correction is another item that replaces it (PWR-04)."""

    code = "data_item_kept"
    status = 409
    text = _("%(code)s %(key)s is kept already; a correction is a new one.")
