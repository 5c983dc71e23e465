"""Chinese identifiers and their check digits. Columns of them: `identifier_columns`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from stdnum.cn import ric, uscc
from stdnum.iso7064 import mod_11_10

Cause = Literal["", "EMPTY", "LENGTH", "CHARSET", "CHECK", "DATE"]
Warned = Literal["AUTHORITY", "CLASS", "AREA", "ORG_CHECK", "FIFTEEN_DIGITS"]

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: no I, O, S, V, Z
AUTHORITIES = "123456789ANY"  # who registered
CLASSES = {"1": "1239", "5": "1239", "9": "123"}  # kinds of institution, where the standard lists them
ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714
ORG_CHECKS = "0123456789X"
CREDIT_WEIGHTS = (1, 3, 5, 7, 11, 2, 13, 1, 1, 17, 19, 97, 23, 29)  # 中征码
PROVINCES = frozenset(
    f"{area}" for area in (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55),
                           *range(61, 66), 71, 81, 82, 83)
)  # fmt: skip
FOREIGNER = "9"  # first digit of a foreigner's permanent residence card
OLDEST_YEARS = 130
# what typists and optical readers confuse; V has no certain counterpart
CONFUSED = str.maketrans("OIZS", "0125")

SPACES = "\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
SPACES += "\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
FULL_WIDTH = {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)}
LOWER = {chr(code): chr(code - 32) for code in range(ord("a"), ord("z") + 1)}
NORMAL = FULL_WIDTH | {wide: LOWER[narrow] for wide, narrow in FULL_WIDTH.items() if narrow in LOWER} | LOWER
_NORMAL = str.maketrans(NORMAL | dict.fromkeys(SPACES, ""))

CAUSES: dict[str, str | Promise] = {
    "": _("The code is right."),
    "EMPTY": _("The code is missing."),
    "LENGTH": _("The code has the wrong length."),
    "CHARSET": _("The code has a character that cannot stand there."),
    "CHECK": _("The check digit does not fit: a character is wrong or two are exchanged."),
    "DATE": _("The date of birth does not exist, lies in the future or is more than 130 years ago."),
}


@dataclass(frozen=True)
class IdentifierCheck:
    """What a check of one identifier found.

    value: the code as it is to be kept (half-width, upper case, without spaces), empty when none was
    given. warnings: what is unusual but allowed. hint: a code that would be right if letters were
    misread for digits; never put in place by itself.
    """

    value: str
    ok: bool
    cause: Cause = ""
    warnings: tuple[Warned, ...] = ()
    hint: str = ""

    @property
    def words(self) -> str:
        """The cause in the reader's language."""
        return str(CAUSES[self.cause])


def normalised(text: str | None) -> str:
    """Half-width, upper case, without any space (U+3000 included): how identifiers are compared."""
    return (text or "").translate(_NORMAL)


def check_uscc(text: str | None) -> IdentifierCheck:
    """统一社会信用代码, GB 32100-2015: 18 characters, the last a check digit modulo 31.

    An unknown authority, class or area and an organisation code inside that fails its own check
    (there are historic ones) are warnings.
    """
    return _checked(normalised(text), _uscc_cause, _uscc_warnings)


def check_id_number(text: str | None, *, on: date) -> IdentifierCheck:
    """公民身份号码, GB 11643: 18 characters; one of 15 digits is given back with 18, with a warning.

    on: the business day; a birth after it or more than 130 years before it is not believed (DATE).
    A province that does not exist is a warning, as foreigners' cards begin with 9.
    """
    value = normalised(text)
    if re.fullmatch(r"[0-9]{15}", value):
        full = f"{value[:6]}19{value[6:]}"
        value = full + ric.calc_check_digit(full + "0")
        found = _checked(value, lambda code: _id_cause(code, on), _id_warnings)
        return replace(found, warnings=(*found.warnings, "FIFTEEN_DIGITS"))
    return _checked(value, lambda code: _id_cause(code, on), _id_warnings)


def check_org_code(text: str | None) -> IdentifierCheck:
    """组织机构代码, GB 11714: eight characters and a check digit, kept as XXXXXXXX-X."""
    found = _checked(normalised(text).replace("-", ""), _org_cause)
    return replace(found, value=_hyphened(found.value), hint=_hyphened(found.hint))


def check_registration_no(text: str | None) -> IdentifierCheck:
    """The former 15-digit 注册号 of a business licence, GS 15-2006: ISO 7064 MOD 11,10."""
    return _checked(normalised(text), _registration_cause)


def check_credit_code(text: str | None) -> IdentifierCheck:
    """中征码 (贷款卡编码): three characters, eleven digits and two check digits."""
    return _checked(normalised(text), _credit_cause)


def birth_date(id_number: str) -> date:
    """The day of birth in an 18-character ID number that was checked."""
    return ric.get_birth_date(id_number)


def org_code_in(uscc_value: str) -> str:
    """The organisation code inside a unified social credit code, as XXXXXXXX-X."""
    return _hyphened(uscc_value[8:17])


def _checked(
    value: str,
    cause_of: Callable[[str], Cause],
    warnings_of: Callable[[str], tuple[Warned, ...]] = lambda _value: (),
) -> IdentifierCheck:
    cause: Cause = cause_of(value) if value else "EMPTY"
    if not cause:
        return IdentifierCheck(value, ok=True, warnings=warnings_of(value))
    likely = value.translate(CONFUSED)
    hint = likely if value and likely != value and not cause_of(likely) else ""
    return IdentifierCheck(value, ok=False, cause=cause, hint=hint)


def _uscc_cause(value: str) -> Cause:
    if len(value) != 18:
        return "LENGTH"
    if any(sign not in USCC_ALPHABET for sign in value):
        return "CHARSET"
    return "" if uscc.calc_check_digit(value) == value[-1] else "CHECK"


def _uscc_warnings(value: str) -> tuple[Warned, ...]:
    found: list[Warned] = []
    if value[0] not in AUTHORITIES:
        found.append("AUTHORITY")
    if value[0] in CLASSES and value[1] not in CLASSES[value[0]]:
        found.append("CLASS")
    if not re.fullmatch(r"[0-9]{6}", value[2:8]):
        found.append("AREA")
    if _org_cause(value[8:17]):
        found.append("ORG_CHECK")
    return tuple(found)


def _id_cause(value: str, on: date) -> Cause:
    if len(value) != 18:
        return "LENGTH"
    if not re.fullmatch(r"[0-9]{17}[0-9X]", value):
        return "CHARSET"
    if ric.calc_check_digit(value) != value[-1]:
        return "CHECK"
    try:
        born = date(int(value[6:10]), int(value[10:12]), int(value[12:14]))
    except ValueError:
        return "DATE"
    return "DATE" if born > on or age(born, on) > OLDEST_YEARS else ""


def age(born: date, on: date) -> int:
    """Full years of life on a day; who was born on 29 February is a year older on 1 March."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _id_warnings(value: str) -> tuple[Warned, ...]:
    known = value[0] == FOREIGNER or value[:2] in PROVINCES
    return () if known else ("AREA",)


def _org_cause(value: str) -> Cause:
    if len(value) != 9:
        return "LENGTH"
    if not re.fullmatch(r"[0-9A-Z]{8}[0-9X]", value):
        return "CHARSET"
    total = sum(int(sign, 36) * weight for sign, weight in zip(value, ORG_WEIGHTS, strict=False))
    return "" if ORG_CHECKS[(11 - total % 11) % 11] == value[-1] else "CHECK"


def _registration_cause(value: str) -> Cause:
    if len(value) != 15:
        return "LENGTH"
    if not re.fullmatch(r"[0-9]{15}", value):
        return "CHARSET"
    return "" if mod_11_10.is_valid(value) else "CHECK"


def _credit_cause(value: str) -> Cause:
    if len(value) != 16:
        return "LENGTH"
    if not re.fullmatch(r"[0-9A-Z]{3}[0-9]{13}", value):
        return "CHARSET"
    total = sum(int(sign, 36) * weight for sign, weight in zip(value, CREDIT_WEIGHTS, strict=False))
    return "" if total % 97 + 1 == int(value[14:]) else "CHECK"


def _hyphened(value: str) -> str:
    return f"{value[:8]}-{value[8:]}" if len(value) == 9 else value
