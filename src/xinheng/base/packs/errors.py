"""What the store of policies refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class PolicyNotInForce(Refusal):
    """No version of the policy holds on the day (ADV-03)."""

    code = "policy_not_in_force"
    status = 409
    text = _("No version of the policy %(code)s is in force on %(on)s.")


class NoPolicyInForce(Refusal):
    """No policy at all holds on the day, so nothing can be graded (ADV-03)."""

    code = "no_policy_in_force"
    status = 409
    text = _("No rating policy is in force on %(on)s: adopt one first.")


class PolicyUnknown(Refusal):
    """There is no such policy or version."""

    code = "policy_unknown"
    status = 404
    text = _("There is no policy %(code)s %(version)s.")


class PolicyKindUnknown(Refusal):
    """No part of the system owns policies of this kind, so none could check it."""

    code = "policy_kind_unknown"
    status = 422
    text = _("There are no policies of the kind %(kind)s.")


class PolicyHeaderInvalid(Refusal):
    """The document does not say what it is."""

    code = "policy_header_invalid"
    status = 422
    text = _("The policy document does not give its %(field)s.")


class PolicyVersionExists(Refusal):
    """A version once adopted is never edited."""

    code = "policy_version_exists"
    status = 409
    text = _("Version %(version)s of the policy %(code)s was adopted before with another text.")


class PolicyDayTaken(Refusal):
    """Two versions cannot begin on the same day."""

    code = "policy_day_taken"
    status = 409
    text = _("Version %(version)s of the policy %(code)s already begins on %(on)s.")
