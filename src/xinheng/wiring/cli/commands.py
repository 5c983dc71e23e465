"""Every command of `xinheng`, loaded when it is called: help does not wait for what it does not show."""

from __future__ import annotations

import importlib
import re
import sys
from importlib.metadata import version as installed
from typing import Annotated, Any, NamedTuple

import typer
from typer._click import exceptions as usage
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from xinheng.wiring.cli.speaking import gettext_noop as _
from xinheng.wiring.cli.speaking import in_words

MISSING = _("%(name)s is missing.")
NO_OPTION = _("There is no option %(name)s.")
CANNOT_BE_USED = _("%(name)s cannot be used: %(cause)s")
CAUSES = [  # how typer says it, and how we do
    (r"greater than or equal to (?P<least>\d+)", _("it must be at least %(least)s")),
    (r"less than or equal to (?P<most>\d+)", _("it must be at most %(most)s")),
    (r"valid integer", _("it must be a whole number")),
    (r"is not one of (?P<choices>.*)\.$", _("it must be one of %(choices)s")),
    (r"(?P<path>'.*') does not exist", _("%(path)s does not exist")),
    (r"(?P<path>'.*') is a directory", _("%(path)s is a folder")),
    (r"(?P<path>'.*') is not readable", _("%(path)s may not be read")),
]
DID_YOU_MEAN = _("Did you mean")
HELP_TELLS = _("`%(command)s --help` tells the rest.")


class Part(NamedTuple):
    """Where a command, or a group of them, stands, and its line in the list of commands."""

    module: str
    help: str
    group: bool = False
    hidden: bool = False


PARTS = {
    "start": Part(
        "processes",
        _("Set up what is missing, load the demonstration company the first time, and serve."),
    ),
    "serve": Part(
        "processes",
        _("Serve the pages and the API, with one worker, on the database as it is."),
    ),
    "migrate": Part("processes", _("Bring the database to this version.")),
    "worker": Part("processes", _("Run long work from the queue until stopped.")),
    "import": Part(
        "facts",
        _("Read, check and post a file. Exit code 1 when a file is refused, 3 when rows were rejected."),
    ),
    "resume": Part("facts", _("Go on with an import that was cut off, or post one that was only checked.")),
    "cancel": Part("facts", _("Give an import up; work under way is undone.")),
    "imports": Part("facts", _("List the files taken in, the newest first.")),
    "sources": Part("facts", _("List the sources whose mapping is known.")),
    "template": Part("facts", _("Write an empty Excel file with the headings of a kind.")),
    "rejected": Part(
        "facts",
        _("Write the rejected rows of an import as an Excel file to correct and import again."),
    ),
    "customers": Part("asking", _("Find customers.")),
    "credit": Part("asking", _("Show a customer's credit now: grades, arrears, risk, open cases.")),
    "ageing": Part("asking", _("Show open bills by days past due, as of any past day.")),
    "claims": Part(
        "claims",
        _("List free money, instalments, other claims, returned payments and write-offs."),
    ),
    "ledger-rules": Part(
        "claims",
        _("Show the order of clearing and who signs write-offs, or adopt a document of them."),
    ),
    "revaluation": Part("claims", _("Show open foreign items in yuan, as booked and at the rate of a day.")),
    "measure": Part("judging", _("Measure every indicator of every customer as of a day.")),
    "rate": Part("judging", _("Measure and rate every customer by the policies in force on a day.")),
    "runs": Part("judging", _("List the rating runs that are done, the newest first.")),
    "explain": Part("judging", _("Say why a customer has its grade, and what would raise it.")),
    "replay": Part(
        "judging",
        _(
            "Compute a stored run, or one decision of it, again and compare. "
            "Exit code 3 when anything differs."
        ),
    ),
    "indicators": Part(
        "judging",
        _("Show every indicator of a customer as of a day, or the catalogue of indicators."),
    ),
    "export": Part(
        "exporting",
        _("Write customers, grades, indicators or the trail as an Excel, CSV or Parquet file."),
    ),
    "papers": Part(
        "printing",
        _("Write the papers of a rating run, or the rating sheet of a customer, to print: Excel or PDF."),
    ),
    "file": Part(
        "printing", _("Write a customer's file as a report, brief, standard or full: PDF or Excel.")
    ),
    "report": Part("credit_report", _("Credit file reports: write, seal, list, verify."), group=True),
    "letter": Part("printing", _("Write a letter to a customer about a decision: PDF or Word.")),
    "consents": Part("consenting", _("Consents: list, keep, withdraw, and give out."), group=True),
    "policies": Part("deciding", _("Policies: list, check, adopt, schema."), group=True),
    "surveys": Part("evidencing", _("Questionnaires on customers: list, show, submit.")),
    "investigations": Part("evidencing", _("List investigations, the next due first.")),
    "reports": Part("evidencing", _("List reports from the field, the newest first.")),
    "stale": Part("evidencing", _("List what is out of date in the files, the oldest first.")),
    "contradictions": Part("evidencing", _("List what the channels tell differently of one item.")),
    "forms": Part("questionnaires", _("Questionnaires: list, show, check, add, draft."), group=True),
    "scorecard": Part("challenging", _("Scorecards: fit one to a table, score a table by one."), group=True),
    "arrears": Part("arrears", _("Late payment: fit a model to a ledger, foretell, back-test."), group=True),
    "consumers": Part(
        "consumers",
        _("Consumer risk: run, show, actuals, accuracy, points, events, case."),
        group=True,
    ),
    "theft": Part(
        "theft",
        _("Suspected theft: fit, rank and explain any table; run, learn, list, show, replay the own."),
        group=True,
    ),
    "shadow": Part("shadow", _("A past replayed against a check policy: run, list, show."), group=True),
    "processes": Part("process_cases", _("Processes: definitions, board, cases, start, cancel."), group=True),
    "terms": Part("terms", _("Terms by grade: list, check, adopt, show, grant, watch."), group=True),
    "contracts": Part(
        "contracts",
        _("Contracts: list, show, draft, end, void, archive, figures, audit, stage."),
        group=True,
    ),
    "texts": Part("texts", _("What papers say: search, read, status, again, anew, index."), group=True),
    "dossiers": Part(
        "dossier_files",
        _("Dossiers: list, missing, open, add, file, numbers; map, import, take, package, labels."),
        group=True,
    ),
    "custody": Part(
        "custody",
        _("Archive room: handovers, rates, loans, places, put, count, seasons, remind."),
        group=True,
    ),
    "disputes": Part("disputes", _("Disputes: list, open, close, clock, pause, resume."), group=True),
    "privacy": Part(
        "privacy",
        _("Personal data: persons, requests, clean-up, erasures, papers, reading in bulk, after a restore."),
        group=True,
    ),
    "retention": Part(
        "retention",
        _("Terms of papers: list, fix, hold, release, lists, paper, register, after a restore."),
        group=True,
    ),
    "secrecy": Part("secrecy", _("Grades of secrecy: list, propose, lapse."), group=True),
    "duties": Part(
        "duties",
        _("What is due: list, reports, order, done, fines, breach, sheet, rates, night."),
        group=True,
    ),
    "factors": Part(
        "factors",
        _("Outside factors: list, show, open, tell, entries, enter, export."),
        group=True,
    ),
    "inspections": Part(
        "inspections",
        _("Inspections: list, open, suspects, assign, visit, find, confirm, appeal, figures, labels."),
        group=True,
    ),
    "metering": Part(
        "metering",
        _("Metering: import, batches, rejected, consumers, readings, marks, areas, join, compact."),
        group=True,
    ),
    "charges": Part(
        "charges",
        _("Interest and fees: preview, run, list, correct, waive, rates, enter, check-term."),
        group=True,
    ),
    "demand": Part(
        "demand_runs",
        _("Demand: fit, predict and back-test any series; run, list, show, overlay, accuracy of the own."),
        group=True,
    ),
    "warnings": Part("warnings", _("Warnings: list, watch, close, assign, records, digest."), group=True),
    "key-accounts": Part(
        "key_accounts",
        _("Key accounts: list, profile, open, accept, note, close, attainment, night."),
        group=True,
    ),
    "care": Part(
        "care",
        _("Letters and service: list, register, open, close, evaluate, satisfaction."),
        group=True,
    ),
    "collection": Part(
        "collection",
        _("Collection: list, show, assign, contact, promise, limitation, interrupt, recovered, follow-ups."),
        group=True,
    ),
    "dunning": Part("dunning", _("Reminders: preview, run, send, undo, runs, list, pause."), group=True),
    "messages": Part(
        "sent", _("Letters and messages: list, show, send what is due, again, done, try, ways."), group=True
    ),
    "matching": Part(
        "matching",
        _("Cash application: preview, run, list, accept, reject, undo, runs, bank, assign, adopt."),
        group=True,
    ),
    "instruments": Part(
        "instruments",
        _("Bills of exchange: list, alerts, receive, present, pay, endorse, discount, dishonour."),
        group=True,
    ),
    "deposits": Part("deposits", _("Deposits: list, ask, receive, apply, refund, account."), group=True),
    "advances": Part("advances", _("Advances: list, show, due, pay, repay, recovered, adopt."), group=True),
    "confirmations": Part(
        "confirmations",
        _("Confirmations of balances: list, draw, rounds, print, send; prove that ageing adds up."),
        group=True,
    ),
    "losses": Part(
        "losses", _("Expected losses: expected, rates, allowances, propose, assess, tax."), group=True
    ),
    "kpis": Part("kpis", _("Figures and targets: show, targets, behind, goals, registers."), group=True),
    "orders": Part("orders", _("Orders: list, show, take, deliver, bill, end."), group=True),
    "limits": Part("limits", _("Limits: show, set, history, exposure, reconcile, end the day."), group=True),
    "holds": Part("holds", _("Held orders: list, release, reject, check again."), group=True),
    "applications": Part(
        "applications", _("Applications for credit: rules, list, show, propose, papers, limits."), group=True
    ),
    "reviews": Part("reviewing", _("Reviews: begin, accept, submit, approve, calendar, calls."), group=True),
    "audit": Part("trail", _("The trail: seal, verify, search."), group=True),
    "archive": Part("archive", _("Kept files: prove them, list the checks, say what is held."), group=True),
    "webhooks": Part("webhooks", _("Webhooks: list, add, switch, try, deliveries, send again."), group=True),
    "people": Part("organisation", _("People, units, roles and tokens."), group=True),
}


class Commands(TyperGroup):
    """The list of commands; one is loaded when it is called by name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.commands = {
            name: TyperCommand(name, help=in_words(part.help), hidden=part.hidden)
            for name, part in PARTS.items()
        }
        self.help = in_words(self.help or "")
        _in_words(self)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Load the command that is called."""
        if args[0] in PARTS:
            self.commands[args[0]] = _loaded(args[0])
        return super().resolve_command(ctx, args)

    def main(self, *args: Any, **options: Any) -> Any:
        """Run; wrong usage is said in the reader's language, and ends with exit code 2."""
        if not options.get("standalone_mode", True):
            return super().main(*args, **options)
        try:
            code = super().main(*args, **{**options, "standalone_mode": False})
        except usage.ClickException as error:
            _complain(error)
            code = error.exit_code
        except typer.Abort:
            code = 130
        sys.exit(code if isinstance(code, int) else 0)


app = typer.Typer(
    name="xinheng",
    cls=Commands,
    help=_("Xinheng: customer credit files and credit management."),
    no_args_is_help=True,
    invoke_without_command=True,
    pretty_exceptions_enable=False,
)


@app.callback()
def _every_command(
    version: Annotated[bool, typer.Option("--version", help=_("Say which version this is."))] = False,
) -> None:
    """Stand for the group, which has no act of its own."""
    if version:
        sys.stdout.write(f"xinheng {installed('xinheng')}\n")
        raise typer.Exit


def _loaded(name: str) -> Any:
    """The command with its options, its words in the reader's language."""
    from xinheng.wiring.cli import readiness

    readiness.set_up()
    part = PARTS[name]
    found: Any = get_command(importlib.import_module(f"xinheng.wiring.cli.{part.module}").app)
    command = found if part.group else getattr(found, "commands", {name: found})[name]
    command.help = in_words(part.help)
    _in_words(command)
    return command


def _in_words(command: Any) -> None:
    for param in [*command.params, command.get_help_option(typer.Context(command))]:
        if getattr(param, "help", None):
            param.help = in_words(param.help)
    for name, below in getattr(command, "commands", {}).items():
        below.help = in_words(below.help or "")
        if name not in PARTS or below.params:
            _in_words(below)


def _complain(error: usage.ClickException) -> None:
    """What is wrong with the usage, on standard error."""
    if isinstance(error, usage.NoArgsIsHelpError):
        return
    context = getattr(error, "ctx", None)
    lines = [_worded(error)]
    if context is not None:
        lines.insert(0, context.get_usage())
        lines.append(in_words(HELP_TELLS) % {"command": context.command_path})
    sys.stderr.write("\n".join(lines) + "\n")


def _cause(message: str) -> str:
    """What typer says of a value, in the reader's language where it is a common case."""
    for pattern, words in CAUSES:
        if found := re.search(pattern, message):
            return in_words(words) % found.groupdict()
    return message


def _worded(error: usage.ClickException) -> str:
    if isinstance(error, usage.MissingParameter):
        name = error.param.get_error_hint() if error.param else ""
        return in_words(MISSING) % {"name": name}
    if isinstance(error, usage.NoSuchOption):
        return in_words(NO_OPTION) % {"name": error.option_name}
    if isinstance(error, usage.BadParameter) and error.param is not None:
        told = {"name": error.param.get_error_hint(), "cause": _cause(error.message)}
        return in_words(CANNOT_BE_USED) % told
    return error.message.replace("Did you mean", in_words(DID_YOU_MEAN))
