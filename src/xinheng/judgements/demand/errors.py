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
