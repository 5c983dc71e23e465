"""What the command line itself refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class NotRatedYet(Refusal):
    """No rating run was done up to the day."""

    code = "not_rated_yet"
    status = 409
    text = _("Nothing is rated as of %(as_of)s yet: rate first.")


class DayAhead(Refusal):
    """A day that has not come is no business day."""

    code = "day_ahead"
    text = _("%(as_of)s lies ahead of today, %(on)s.")


class CustomersOfToday(Refusal):
    """The list of customers is only known as of today."""

    code = "customers_of_today"
    text = _(
        "The list of customers is always that of today. Grades, indicators and the trail know past days."
    )


class AlreadyFounded(Refusal):
    """People are there already, so somebody may add others."""

    code = "already_founded"
    status = 409
    text = _("There are people already. `xinheng people add` adds another.")


class FileUnreadable(Refusal):
    """A file holds no text."""

    code = "file_unreadable"
    text = _("%(file)s is no text in UTF-8.")


class PortUnreadable(Refusal):
    """XINHENG_PORT is no port."""

    code = "port_unreadable"
    text = _("XINHENG_PORT is %(port)s, which is no port: give a number from 1 to 65535.")


class PortTaken(Refusal):
    """Another program listens on the port that was set."""

    code = "port_taken"
    status = 409
    text = _("Port %(port)s is taken by another program. Set XINHENG_PORT to a free one.")


class PortsTaken(Refusal):
    """No port was set, and none of those tried is free."""

    code = "ports_taken"
    status = 409
    text = _("Ports %(first)s to %(last)s are all taken. Set XINHENG_PORT to a free one.")


class AddressUnusable(Refusal):
    """The machine does not let us listen on the address."""

    code = "address_unusable"
    text = _(
        "The server cannot listen on %(host)s port %(port)s: %(cause)s. Check XINHENG_HOST and XINHENG_PORT."
    )


class StylesMissing(Refusal):
    """The bundle of styles and scripts was never built."""

    code = "styles_missing"
    status = 409
    text = _("The pages' styles and scripts are not built yet. Build them with `make run`.")


class TokenInvalid(Refusal):
    """The token in the environment is unknown, revoked or expired, or its person is deactivated."""

    code = "token_invalid"
    status = 401
    text = _("The token in %(name)s is not valid.")
