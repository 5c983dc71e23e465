"""The vehicle identification number (GB 16735): 17 characters, the ninth a check digit modulo 11."""

from __future__ import annotations

from xinheng.base.kernel.identifiers import normalised

LETTERS = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", "12345678123457923456789", strict=True))  # no I, O, Q
WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
LENGTH = 17


def check_vin(text: str) -> tuple[str, str]:
    """The number as it is kept, and what is wrong with it: "", LENGTH, CHARSET or CHECK."""
    value = normalised(text)
    if len(value) != LENGTH:
        return value, "LENGTH"
    digits = [LETTERS.get(sign, sign) for sign in value]
    if not all(digit.isascii() and digit.isdigit() for digit in digits):
        return value, "CHARSET"
    rest = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True)) % 11
    return value, "" if value[8] == ("X" if rest == 10 else str(rest)) else "CHECK"
