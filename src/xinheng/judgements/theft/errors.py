"""What suspected theft refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class TheftPolicyInvalid(Refusal):
    """The document of detectors cannot be used."""

    code = "theft_policy_invalid"
    status = 422
    text = _("%(file)s, line %(line)s: %(cause)s")


class NotRanked(Refusal):
    """No ranking was made yet, or none with this number."""

    code = "theft_not_ranked"
    status = 404
    text = _("There is no ranking of suspects %(number)s.")


class ConsumerNotRanked(Refusal):
    """The run holds no such consumer within reach."""

    code = "consumer_not_ranked"
    status = 404
    text = _("The ranking holds no consumer %(consumer)s.")


class NoReadings(Refusal):
    """There is nothing to rank."""

    code = "theft_no_readings"
    status = 409
    text = _("No readings are kept from %(since)s to %(until)s.")


class TooFewFindings(Refusal):
    """Too little was found to learn from."""

    code = "theft_too_few_findings"
    status = 422
    text = _(
        "There are %(found)s consumers with a finding and %(clean)s without one; "
        "at least %(least)s of each are needed to learn from."
    )


class KeptFileAltered(Refusal):
    """A kept file is gone or not the one that was written."""

    code = "theft_file_altered"
    status = 409
    text = _("The kept file %(file)s is missing or was altered.")


class RankingUnreadable(Refusal):
    """The file holds no learned ranking, or was altered."""

    code = "theft_model_unreadable"
    status = 422
    text = _("%(file)s holds no learned ranking that can be used: %(cause)s")


class TableColumnMissing(Refusal):
    """The table has no such column."""

    code = "theft_column_missing"
    status = 422
    text = _("%(file)s has no column %(column)s. It has: %(columns)s")


class TableColumnUnclear(Refusal):
    """No column of the table can be taken for what is needed."""

    code = "theft_column_unclear"
    status = 422
    text = _("%(file)s: no column says the %(wanted)s; name it with %(option)s. It has: %(columns)s")


class TableCellInvalid(Refusal):
    """A cell is not what its column holds."""

    code = "theft_cell_invalid"
    status = 422
    text = _("%(file)s, row %(row)s, column %(column)s: %(value)s %(cause)s")


class LabelsMissing(Refusal):
    """Nothing says of which consumers theft was found."""

    code = "theft_labels_missing"
    status = 422
    text = _(
        "%(file)s says of no consumer whether theft was found; name the column with --found, or --labels."
    )
