"""What people and rights refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.access.acts import FIELDS, KINDS, words_of
from xinheng.base.kernel.refusal import Refusal


class AccessDenied(Refusal):
    """The actor's roles do not allow the act."""

    code = "access_denied"
    status = 403
    text = _("Your roles do not allow you to: %(words)s (%(act)s).")

    def __init__(self, act: str, subject: str = "") -> None:
        super().__init__(act=act, subject=subject)

    def __str__(self) -> str:
        return str(self.text) % {"words": words_of(self.params["act"]), "act": self.params["act"]}


class RightsExceeded(Refusal):
    """The actor would give, or take over, rights that the actor does not hold."""

    code = "rights_exceeded"
    status = 403
    text = _("You cannot give or take over rights you do not have yourself: %(rights)s.")


class LastAdministrator(Refusal):
    """Nobody would be left who may do everything."""

    code = "last_administrator"
    status = 409
    text = _("This is the last administrator. Appoint another one first, without an end date.")


class PersonUnknown(Refusal):
    """No person has the login, or the person is out of the actor's reach."""

    code = "person_unknown"
    status = 404
    text = _("There is no person with the login %(login)s.")


class PersonExists(Refusal):
    """The login is taken."""

    code = "person_exists"
    status = 409
    text = _("The login %(login)s is taken.")


class PersonInactive(Refusal):
    """The person was deactivated."""

    code = "person_inactive"
    status = 409
    text = _("%(login)s is deactivated.")


class PersonActive(Refusal):
    """The person is active already."""

    code = "person_active"
    status = 409
    text = _("%(login)s is active already.")


class LoginInvalid(Refusal):
    """The login has characters that no login may have."""

    code = "login_invalid"
    text = _("A login has 2 to 150 letters, digits or the signs . _ @ + - and no spaces: %(login)s.")


class FieldInvalid(Refusal):
    """A field is empty, too long or none of the allowed values."""

    code = "field_invalid"
    text = _("The field “%(field)s” is empty, too long or not allowed: %(value)s.")

    def __str__(self) -> str:
        field = self.params["field"]
        return str(self.text) % {**self.params, "field": FIELDS.get(field, field)}


class PasswordWeak(Refusal):
    """The password does not meet the rules."""

    code = "password_weak"
    text = _("The password is not strong enough: %(causes)s")


class PasswordWrong(Refusal):
    """The present password was not given right."""

    code = "password_wrong"
    status = 403
    text = _("The present password is not right.")


class UnitUnknown(Refusal):
    """No unit has the code, or it is out of the actor's reach."""

    code = "unit_unknown"
    status = 404
    text = _("There is no unit with the code %(unit)s.")


class UnitExists(Refusal):
    """The code of the unit is taken."""

    code = "unit_exists"
    status = 409
    text = _("The unit code %(unit)s is taken.")


class UnitClosed(Refusal):
    """The unit is closed."""

    code = "unit_closed"
    status = 409
    text = _("The unit %(unit)s is closed since %(closed_on)s.")


class UnitInUse(Refusal):
    """The unit still has people or open units below it."""

    code = "unit_in_use"
    status = 409
    text = _("The unit %(unit)s still has %(people)s assignments and %(units)s open units below it.")


class UnitMisplaced(Refusal):
    """A unit cannot stand below the other."""

    code = "unit_misplaced"
    status = 409
    text = _("Here %(kind)s cannot stand: %(unit)s. The order is group, company, department.")

    def __str__(self) -> str:
        return str(self.text) % {**self.params, "kind": KINDS[self.params["kind"]]}


class RoleUnknown(Refusal):
    """No role has the code."""

    code = "role_unknown"
    status = 404
    text = _("There is no role with the code %(role)s.")


class RoleShipped(Refusal):
    """A shipped role is not changed by hand."""

    code = "role_shipped"
    status = 409
    text = _("The role %(role)s is shipped with the system. Make a role of your own under another code.")


class PermitInvalid(Refusal):
    """A permit is not of the form "room.verb"."""

    code = "permit_invalid"
    text = _("Not a right: %(permit)s. Write it as customers.read, customers.* or *.read.")


class AssignmentUnknown(Refusal):
    """There is no such running assignment, or it is out of the actor's reach."""

    code = "assignment_unknown"
    status = 404
    text = _("There is no running assignment %(assignment)s.")


class AssignmentExists(Refusal):
    """The person holds this role in this unit at that time already."""

    code = "assignment_exists"
    status = 409
    text = _("%(login)s holds the role %(role)s in %(unit)s already.")


class TermInvalid(Refusal):
    """The days do not fit: in the past, or an end before its start."""

    code = "term_invalid"
    text = _("The days do not fit: from %(from_on)s until %(until_on)s. Rights do not reach back.")


class TokenUnknown(Refusal):
    """There is no such token, or it belongs to someone else."""

    code = "token_unknown"
    status = 404
    text = _("There is no token %(token)s.")


class TokenRefused(Refusal):
    """A token was shown that opens nothing, or nothing any more."""

    code = "token_refused"
    status = 401
    text = _("The token is unknown, revoked or expired, or its person is deactivated: %(cause)s.")


class TokenTermInvalid(Refusal):
    """A token lives from one day to a year."""

    code = "token_term_invalid"
    text = _("A token is valid for at least one and at most %(days)s days: %(expires_on)s.")
