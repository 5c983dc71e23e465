"""What demand forecasts refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class DemandPolicyInvalid(Refusal):
    """The document on demand forecasts cannot be used."""

    code = "demand_policy_invalid"
    status = 422
    text = _("%(file)s, line %(line)s: %(cause)s")


class ForecastUnknown(Refusal):
    """There is no such run of forecasts."""

    code = "forecast_unknown"
    status = 404
    text = _("There is no demand forecast %(run)s.")


class ForecastNotReady(Refusal):
    """A run is under way, was refused, or is over."""

    code = "forecast_not_ready"
    status = 409
    text = _("The demand forecast %(run)s is %(state)s.")


class ForecastChoiceInvalid(Refusal):
    """A choice for a forecast is none that there is."""

    code = "forecast_choice_invalid"
    status = 422
    text = _("%(option)s cannot be %(value)s: %(cause)s")


class NothingRead(Refusal):
    """No readings to forecast from."""

    code = "nothing_read"
    status = 409
    text = _("Before %(as_of)s there are no readings to forecast from.")


class NodeUnknown(Refusal):
    """The run has no such consumer, area or industry, or it is out of reach."""

    code = "forecast_node_unknown"
    status = 404
    text = _("The forecast has no %(level)s %(node)s.")


class OverlayUnknown(Refusal):
    """There is no such overlay, or it is out of reach."""

    code = "overlay_unknown"
    status = 404
    text = _("There is no overlay %(overlay)s.")


class OverlayInvalid(Refusal):
    """An overlay says nothing, or what cannot be."""

    code = "overlay_invalid"
    status = 422
    text = _("The overlay cannot be laid: %(cause)s")


class OverlayWithdrawn(Refusal):
    """It was taken back before."""

    code = "overlay_withdrawn"
    status = 409
    text = _("The overlay %(overlay)s was taken back on %(on)s.")


class ForecastFileChanged(Refusal):
    """A kept file is gone or is not the one that was kept."""

    code = "forecast_file_changed"
    status = 409
    text = _("%(file)s of the demand forecast %(run)s is missing or was altered.")


class CandidateUnknown(Refusal):
    """There is no such way to forecast."""

    code = "candidate_unknown"
    status = 422
    text = _("%(candidate)s is no way to forecast. There are: %(candidates)s")


class SeriesUnreadable(Refusal):
    """The file is not a table of series that can be read."""

    code = "series_unreadable"
    status = 422
    text = _("%(file)s is not a table of series that can be read: %(cause)s")


class SeriesColumnMissing(Refusal):
    """The table lacks a column, or its name must be told."""

    code = "series_column_missing"
    status = 422
    text = _("%(file)s has no column %(column)s; name it by an option. It has: %(columns)s")


class SeriesCellInvalid(Refusal):
    """A cell is not what its column holds."""

    code = "series_cell_invalid"
    status = 422
    text = _("%(file)s, row %(row)s, column %(column)s: %(value)s %(cause)s")


class FrequencyUnclear(Refusal):
    """The steps of time are none that is known."""

    code = "frequency_unclear"
    status = 422
    text = _("The steps between times are %(step)s: 15, 30 or 60 minutes, a day or a month can be forecast.")


class SeriesTooShort(Refusal):
    """Nothing is left to forecast from, or to test on."""

    code = "series_too_short"
    status = 422
    text = _("The series have %(steps)s steps of time; at least %(least)s are needed.")


class FutureMissing(Refusal):
    """A factor said to be known ahead is not told for every step ahead."""

    code = "future_missing"
    status = 422
    text = _("The factor %(factor)s is not told for %(at)s, which is to be forecast.")


class FittedUnreadable(Refusal):
    """The file holds no fitted forecast, or was altered."""

    code = "fitted_unreadable"
    status = 422
    text = _("%(file)s holds no fitted forecast that can be used: %(cause)s")
