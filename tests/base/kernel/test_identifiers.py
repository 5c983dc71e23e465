"""Check digits against the known answers of the standards, and what they must always find."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from xinheng.base.kernel.identifiers import (
    USCC_ALPHABET,
    birth_date,
    check_credit_code,
    check_id_number,
    check_org_code,
    check_registration_no,
    check_uscc,
    org_code_in,
)

pytestmark = pytest.mark.any_database
ON = date(2026, 6, 30)
SAMPLE = "91350100M000100Y43"  # printed in GB 32100

bodies = st.text(alphabet=USCC_ALPHABET, min_size=17, max_size=17)
codes = bodies.map(lambda body: body + uscc.calc_check_digit(body + "0"))


@pytest.mark.parametrize(
    "code",
    [
        SAMPLE,
        "91110000MA0000AA2T",
        "91310115MA1K3ABC99",
        "91440300123456788M",
        "91320500765432104N",
        "1210000040000123XC",
        "53440000501234569K",
        "9111000000000006XE",  # the organisation's check is X
        "91110000000000190D",  # the organisation's check is 0
        "911100000000004570",  # the check is 0
        "91110000000000334Y",  # the check is Y
    ],
)
def test_right_credit_codes_are_right_with_their_organisation_code(code: str) -> None:
    found = check_uscc(code)
    assert (found.ok, found.value, found.cause, found.warnings) == (True, code, "", ())


@pytest.mark.parametrize(
    "written",
    [
        "91350100m000100y43",
        " 91350100 M000100Y43 ",
        "\u300091350100M000100Y43",
        "９１３５０１００Ｍ０００１００ｙ４３",
    ],
)
def test_spaces_small_and_full_width_letters_are_read(written: str) -> None:
    assert check_uscc(written).value == SAMPLE
    assert check_uscc(written).ok


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("91350100M000100Y44", "CHECK"),
        ("91350100M000100Y34", "CHECK"),  # two exchanged
        ("91350100M00010OY43", "CHARSET"),  # the letter O
        ("91350100M000100Y4", "LENGTH"),
        ("91350100M000100Y433", "LENGTH"),
        ("", "EMPTY"),
        (" \u3000 ", "EMPTY"),
        (None, "EMPTY"),
        ("９１３５０１００Ｍ０００１００Ｙ４４", "CHECK"),
        ("中国石油天然气股份有限公司一二三四五", "CHARSET"),
        ("91350100-M000100Y4", "CHARSET"),
    ],
)
def test_wrong_credit_codes_say_why(code: str | None, cause: str) -> None:
    found = check_uscc(code)
    assert (found.ok, found.cause) == (False, cause)
    assert found.words


def test_a_letter_misread_for_a_digit_is_hinted_and_not_put_right() -> None:
    found = check_uscc("9I350100M00010OY43")
    assert (found.ok, found.value, found.hint) == (False, "9I350100M00010OY43", SAMPLE)
    assert check_uscc("9V350100M000100Y43").hint == ""  # V has no certain counterpart
    assert check_uscc("9I350100M00010OY44").hint == ""  # would still be wrong


def test_what_is_unusual_is_a_warning() -> None:
    def coded(body: str) -> tuple[str, ...]:
        return check_uscc(body + uscc.calc_check_digit(body + "0")).warnings

    assert coded("91350100M00010001") == ("ORG_CHECK",)
    assert coded("C1350100M000100Y4") == ("AUTHORITY",)
    assert coded("97350100M000100Y4") == ("CLASS",)
    assert coded("913501A0M000100Y4") == ("AREA",)
    assert org_code_in(SAMPLE) == "M000100Y-4"


@given(codes, st.integers(0, 17), st.sampled_from(USCC_ALPHABET))
def test_every_single_substitution_is_found(code: str, place: int, sign: str) -> None:
    changed = code[:place] + sign + code[place + 1 :]
    assert check_uscc(changed).ok is (changed == code)


@given(codes, st.integers(0, 16))
def test_every_exchange_of_neighbours_is_found(code: str, place: int) -> None:
    changed = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert check_uscc(changed).ok is (changed == code)


def test_every_touch_of_the_sample_is_found() -> None:
    touched = {SAMPLE[:place] + sign + SAMPLE[place + 1 :] for place in range(18) for sign in USCC_ALPHABET}
    touched |= {SAMPLE[:at] + SAMPLE[at + 1] + SAMPLE[at] + SAMPLE[at + 2 :] for at in range(17)}
    assert {code for code in touched if check_uscc(code).ok} == {SAMPLE}


def test_organisation_codes() -> None:
    assert check_org_code("D2143569-X").ok
    assert check_org_code("d2143569x").value == "D2143569-X"
    assert check_org_code("M000100Y-4").ok
    assert check_org_code("D2143569-1").cause == "CHECK"
    assert check_org_code("D214356-1").cause == "LENGTH"
    assert check_org_code("D2143569-A").cause == "CHARSET"
    assert check_org_code("").cause == "EMPTY"


@pytest.mark.parametrize(
    ("number", "ok", "cause"),
    [
        ("11010519491231002X", True, ""),  # printed in GB 11643
        ("11010519491231002x", True, ""),
        ("110101199003071233", True, ""),
        ("440524188001010014", False, "DATE"),  # the check fits, the age does not
        ("320500198502290019", False, "DATE"),  # no such day
        ("110105194912310021", False, "CHECK"),
        ("1101051949123100", False, "LENGTH"),
        ("11010519491231002A", False, "CHARSET"),
        ("X1010519491231002X", False, "CHARSET"),
        ("", False, "EMPTY"),
    ],
)
def test_id_numbers(number: str, ok: bool, cause: str) -> None:
    found = check_id_number(number, on=ON)
    assert (found.ok, found.cause) == (ok, cause)


def test_an_old_id_number_is_given_with_eighteen_digits() -> None:
    found = check_id_number("440524800101001", on=ON)
    assert (found.value, found.ok, found.warnings) == ("440524198001010013", True, ("FIFTEEN_DIGITS",))
    assert birth_date(found.value) == date(1980, 1, 1)


def test_a_birth_after_the_day_is_not_believed() -> None:
    assert check_id_number("110101199003071233", on=date(1990, 3, 7)).ok
    assert check_id_number("110101199003071233", on=date(1990, 3, 6)).cause == "DATE"
    assert check_id_number("110101199003071233", on=date(2121, 3, 6)).ok  # 130 years old to the last day
    assert check_id_number("110101199003071233", on=date(2121, 3, 7)).cause == "DATE"


def test_an_unknown_province_is_a_warning() -> None:
    from stdnum.cn import ric

    body = "99010119900307123"
    assert (
        check_id_number(body + ric.calc_check_digit(body + "0"), on=ON).warnings == ()
    )  # a foreigner's card
    body = "16010119900307123"
    assert check_id_number(body + ric.calc_check_digit(body + "0"), on=ON).warnings == ("AREA",)


def test_registration_numbers() -> None:
    for number in ("110108000000016", "320300000174110", "320483000067847"):
        assert check_registration_no(number).ok
    assert check_registration_no("320483000067848").cause == "CHECK"
    assert check_registration_no("32048300006784").cause == "LENGTH"
    assert check_registration_no("32048300006784A").cause == "CHARSET"
    assert check_registration_no("３２０４８３０００ ０６７８４７").ok


def test_credit_codes() -> None:
    for code in ("4300000000000143", "ABC1234567890117", "abc1234567890117", "3101000001234515"):
        assert check_credit_code(code).ok
    assert check_credit_code("4300000000000144").cause == "CHECK"
    assert check_credit_code("430000000000014").cause == "LENGTH"
    assert check_credit_code("43000000000001A3").cause == "CHARSET"
