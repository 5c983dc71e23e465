"""What stands around every page: the ways a person may go, signing in and out, the own password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinheng.base.access import services as access
from xinheng.base.access.errors import PasswordWeak, PasswordWrong
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.secrecy import services as secrecy
from xinheng.runs.services import business_day, is_simulated
from xinheng.web.pages import edge
from xinheng.web.pages.errors import LockedOut, SignInRefused
from xinheng.web.pages.language import switch_language


@dataclass(frozen=True)
class Way:
    """One entry of the side bar; shown to those who may do the act."""

    route: str
    label: str | Promise
    icon: str
    act: str
    group: str = ""
    or_act: str = ""


WAYS = [
    Way("home", _("Home"), icon="home", act=""),
    Way("customers", _("Customers"), icon="building", act="customers.read", group="work"),
    Way("surveys", _("Investigation"), icon="clipboard-check", act="customers.read", group="work"),
    Way("ledger", _("Receivables"), icon="report-money", act="receivables.read", group="cash"),
    Way("matching", _("Cash application"), icon="arrows-join", act="matching.read", group="cash"),
    Way("instruments", _("Bills of exchange"), icon="file-invoice", act="instruments.read", group="cash"),
    Way("targets", _("Targets"), icon="flag", act="losses.read", group="cash"),
    Way("losses", _("Expected losses"), icon="trending-down", act="losses.read", group="cash"),
    Way("ageing", _("Ageing"), icon="calendar-stats", act="receivables.read", group="cash"),
    Way("confirmations", _("Confirmations"), icon="mail-check", act="confirmations.read", group="cash"),
    Way("disputes", _("Disputes"), icon="message-exclamation", act="disputes.read", group="cash"),
    Way("charges", _("Interest and fees charged"), icon="percentage", act="charges.read", group="cash"),
    Way("warnings", _("Warnings"), icon="bell-exclamation", act="warnings.read", group="cash"),
    Way("arrears", _("Late-payment risk"), icon="clock-exclamation", act="arrears.read", group="cash"),
    Way("collection", _("Collection"), icon="users", act="collection.read", group="cash"),
    Way("dunning", _("Dunning"), icon="mail-exclamation", act="dunning.read", group="cash"),
    Way("messages", _("Letters and messages"), icon="mail", act="messages.read", group="cash"),
    Way("holds", _("Hold desk"), icon="lock-pause", act="limits.read", group="work"),
    Way("orders", _("Orders"), icon="shopping-cart", act="orders.read", group="work"),
    Way("applications", _("Applications"), icon="clipboard-text", act="applications.read", group="work"),
    Way("ratings", _("Ratings"), icon="chart-bar", act="ratings.read", group="work"),
    Way("reviews", _("Reviews"), icon="checklist", act="ratings.read", group="work"),
    Way("terms", _("Terms"), icon="receipt", act="terms.read", group="work"),
    Way("inbox", _("Approvals"), icon="inbox", act="approvals.read", group="work", or_act="approvals.submit"),
    Way("processes", _("Processes"), icon="route", act="processes.read", group="work"),
    Way("check_policy", _("Order checks"), icon="shield-check", act="limits.read", group="work"),
    Way("advances", _("Advances"), icon="coins", act="advances.read", group="work"),
    Way("indicators", _("Indicators"), icon="ruler-2", act="indicators.read", group="work"),
    Way("policies", _("Policies"), icon="scale", act="policies.read", group="work"),
    Way("shadow", _("Replays"), icon="history", act="shadow.read", group="work"),
    Way("scorecards", _("Scorecards"), icon="cards", act="scorecards.read", group="work"),
    Way("consents", _("Consents"), icon="file-certificate", act="consents.read", group="work"),
    Way("imports", _("Imports"), icon="file-import", act="intake.read", group="work"),
    Way("dossiers", _("Dossiers"), icon="folders", act="dossiers.read", group="files"),
    Way("texts", _("Search in papers"), icon="file-search", act="texts.read", group="files"),
    Way(
        "custody",
        _("Archive room"),
        icon="archive",
        act="custody.read",
        group="files",
        or_act="custody.borrow",
    ),
    Way(
        "archive",
        _("Kept files"),
        icon="fingerprint",
        act="archive.check",
        group="files",
        or_act="audit.read",
    ),
    Way("contracts", _("Contracts"), icon="signature", act="contracts.read", group="files"),
    Way(
        "retention", _("Retention and destruction"), icon="file-shredder", act="retention.read", group="files"
    ),
    Way("secrecy", _("Grades of secrecy and clearance"), icon="lock", act="dossiers.read", group="files"),
    Way("privacy", _("Personal information"), icon="user-shield", act="privacy.read", group="files"),
    Way("care", _("Letters and service"), icon="messages", act="care.read", group="files"),
    Way("duties", _("What is due"), icon="calendar-due", act="duties.read", group="files"),
    Way("metering", _("Consumers and meters"), icon="gauge", act="metering.read", group="power"),
    Way("consumer_risk", _("Consumer risk"), icon="alert-triangle", act="consumers.read", group="power"),
    Way("theft", _("Suspected theft"), icon="bolt-off", act="theft.read", group="power"),
    Way("inspections", _("Inspections"), icon="search", act="inspections.read", group="power"),
    Way("demand", _("Demand forecasts"), icon="chart-line", act="demand.read", group="power"),
    Way("key_accounts", _("Key accounts"), icon="building-factory-2", act="key_accounts.read", group="power"),
    Way("factors", _("Outside factors"), icon="cloud", act="factors.read", group="power"),
    Way("people", _("People"), icon="users", act="people.read", group="care"),
    Way("roles", _("Roles"), icon="id-badge-2", act="people.read", group="care"),
    Way("organisation", _("Organisation"), icon="sitemap", act="people.read", group="care"),
    Way("tokens", _("API tokens"), icon="key", act="tokens.write", group="care", or_act="tokens.read"),
    Way("webhooks", _("Webhooks"), icon="webhook", act="webhooks.read", group="care"),
    Way("trail", _("Audit trail"), icon="history", act="audit.read", group="care"),
]
GROUPS: list[tuple[str, str | Promise]] = [
    ("", ""),
    ("work", _("Credit work")),
    ("cash", _("From bill to cash")),
    ("files", _("Files and contracts")),
    ("power", _("Power edition")),
    ("care", _("Administration")),
]


def frame(request: HttpRequest) -> dict[str, Any]:
    """For every template: whether the figures are simulated, who reads, and the ways that person may go."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"simulated": is_simulated()}
    actor = edge.actor_of(request)
    may_search = _address("customers") if actor.may("customers.read") else ""
    ways = _ways(actor, request.path)
    return {
        "simulated": is_simulated(),
        "actor": actor,
        "ways": ways,
        "today": business_day(),
        "may_search": may_search,
        "watermark": secrecy.watermark(actor, business_day()),
        "is_marked": any(
            entry["current"] and entry["way"].group == "files" for group in ways for entry in group["entries"]
        ),
    }


def _ways(actor: Actor, here: str) -> list[dict[str, Any]]:
    groups = []
    for code, label in GROUPS:
        entries = [
            {"way": way, "address": address, "current": _is_current(address, here)}
            for way in WAYS
            if way.group == code and (not way.act or actor.may(way.act) or actor.may(way.or_act))
            if (address := _address(way.route))
        ]
        if entries:
            groups.append({"label": label, "entries": entries})
    return groups


def _address(route: str) -> str:
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""


def _is_current(address: str, here: str) -> bool:
    return here == address if address == "/" else here.startswith(address)


class SignInForm(AuthenticationForm):
    """Login and password."""

    username = forms.CharField(
        label=_("Login"),
        max_length=150,
        widget=forms.TextInput(
            attrs={
                "autofocus": True,
                "autocomplete": "username",
                "class": "form-control",
                "autocapitalize": "none",
            }
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "form-control"}),
    )
    error_messages = {
        "invalid_login": SignInRefused.text,
        "inactive": SignInRefused.text,
    }


class SignIn(LoginView):
    """Ask for login and password; both outcomes are on the trail."""

    template_name = "registration/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Let the person in."""
        answer = super().form_valid(form)
        actor = edge.actor_of(self.request)
        audit.record(actor=actor, act="access.sign_in", subject=f"person:{actor.login}", on=business_day())
        return answer

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Say that it was refused, not which of the two was wrong."""
        if not getattr(self.request, "axes_locked_out", False) and form.data.get("username"):
            note_refused_sign_in(form.data["username"], SignInRefused())
        return self.render_to_response(self.get_context_data(form=form), status=SignInRefused.status)


class SignOut(LogoutView):
    """Let the person out."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """End the session."""
        if request.user.is_authenticated:
            actor = edge.actor_of(request)
            audit.record(
                actor=actor, act="access.sign_out", subject=f"person:{actor.login}", on=business_day()
            )
        return super().post(request, *args, **kwargs)


def note_refused_sign_in(login: str, refusal: SignInRefused | LockedOut) -> None:
    """Write a refused sign-in on the trail; nobody is known yet, so the login is what was typed."""
    login = access.normal_login(login)[:150]
    actor = Actor(login=login, name="")
    subject = f"person:{login}"
    audit.record_refusal(
        actor=actor, act="access.sign_in", subject=subject, on=business_day(), refusal=refusal
    )


def locked_out(
    request: HttpRequest, _answer: object, credentials: dict[str, str] | None = None
) -> HttpResponse:
    """The page of a login that is closed for a while, with the time it opens again."""
    login = request.POST.get("username", "") or (credentials or {}).get("username", "")
    until = _open_again(request, login)
    refusal = LockedOut(until=date_format(timezone.localtime(until), "H:i:s"))
    note_refused_sign_in(login, refusal)
    answer = render(request, "registration/locked.html", {"refusal": refusal}, status=LockedOut.status)
    answer["Retry-After"] = str(max(ceil((until - timezone.now()).total_seconds()), 1))
    return answer


def _open_again(request: HttpRequest, login: str) -> datetime:
    """When the login opens again for the address that asks; another may be closed for longer."""
    tried = AccessAttempt.objects.filter(
        username=access.normal_login(login), ip_address=access.address_of(request)
    )
    last = tried.order_by("-attempt_time").values_list("attempt_time", flat=True).first() or timezone.now()
    return last + (get_cool_off(request) or timedelta(0))


class PasswordForm(forms.Form):
    """The present password and a new one, twice."""

    old = forms.CharField(label=_("Present password"), strip=False, widget=forms.PasswordInput)
    new = forms.CharField(label=_("New password"), strip=False, widget=forms.PasswordInput)
    again = forms.CharField(label=_("New password again"), strip=False, widget=forms.PasswordInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, hint in (("old", "current-password"), ("new", "new-password"), ("again", "new-password")):
            self.fields[name].widget.attrs.update({"autocomplete": hint, "class": "form-control"})

    def clean(self) -> None:
        """The new password was typed the same twice."""
        if self.cleaned_data.get("new") != self.cleaned_data.get("again"):
            self.add_error("again", gettext("The two new passwords differ."))


@edge.signed_in
def change_password(request: HttpRequest) -> HttpResponse:
    """Change the own password; everyone whose password was set by another must do so first."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = access.change_password(
                actor=edge.actor_of(request),
                on=business_day(),
                present=form.cleaned_data["old"],
                password=form.cleaned_data["new"],
            )
        except PasswordWrong as refusal:
            edge.note(request, refusal)
            form.add_error("old", str(refusal))
            if _guessed_too_often(request):
                return redirect("login")
        except PasswordWeak as refusal:
            edge.note(request, refusal)
            form.add_error("new", str(refusal))
        else:
            update_session_auth_hash(request, person)
            messages.success(request, gettext("Your password is changed."))
            return redirect("home")
    status = 400 if form.is_bound else 200
    return render(request, "registration/password.html", {"form": form}, status=status)


def _guessed_too_often(request: HttpRequest) -> bool:
    """End the session of somebody who does not know the password of the person who signed in."""
    wrong = request.session["wrong_passwords"] = request.session.get("wrong_passwords", 0) + 1
    if wrong < settings.AXES_FAILURE_LIMIT:
        return False
    logout(request)
    messages.error(request, gettext("Too many wrong passwords. Sign in again."))
    return True


urlpatterns = [
    path("login/", SignIn.as_view(), name="login"),
    path("logout/", SignOut.as_view(), name="logout"),
    path("password/", change_password, name="password"),
    path("language/", switch_language, name="language"),
]
