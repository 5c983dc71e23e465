"""Names as people type them: widths, scripts, legal forms, pinyin, and the tokens a search finds them by.

Every function on one text has a twin on a Polars expression that gives the same answer for a million.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
import opencc
import polars as pl
import pyarrow as pa

CJK = range(0x3400, 0xA000)
LEGAL_FORM = (
    r"(?:(?:股份)?(?:有限)?(?:责任)?公司|(?:特殊)?(?:普通|有限)合伙(?:企业)?|个体工商户"
    r"|(?:company|co)?(?:limited|ltd)|incorporated|inc|corporation|corp|llc|gmbh)$"
)
NOT_A_SIGN = r"[^\p{L}\p{N}]"  # what a name's key does without: brackets, spaces, dots, hyphens
_LEGAL_FORM = re.compile(LEGAL_FORM)
READINGS_IN_NAMES = {
    "长": "chang",
    "行": "hang",
    "乐": "le",
    "重": "zhong",
    "厦": "sha",
    "都": "du",
    "朝": "chao",
}
MOST_READINGS = 12


def halfwidth(text: str) -> str:
    """The text with full-width letters, digits, brackets and spaces as half-width ones."""
    return unicodedata.normalize("NFKC", text)


def simplified(text: str) -> str:
    """The text in simplified characters, by phrases, for people to read."""
    return str(_converter().convert(text))


def plain(text: str) -> str:
    """The text as search compares it: half-width, simplified by signs, lower case, no punctuation."""
    folded = halfwidth(text).translate(_simplified_signs()).lower()
    return "".join(sign for sign in folded if unicodedata.category(sign)[0] in "LN")


def name_key(name: str) -> str:
    """The name without its legal form, as `plain` gives it; two names with one key are alike.

    A name that is nothing but a legal form keeps it.
    """
    return _LEGAL_FORM.sub("", plain(name)) or plain(name)


def pinyin(name: str) -> list[str]:
    """A syllable for each sign of the plain name, without tones; what has no reading stands for itself."""
    signs, readings, phrases = plain(name), _sign_readings(), _phrase_readings()
    syllables: list[str] = []
    at = 0
    while at < len(signs):
        for length in range(min(_longest_phrase(), len(signs) - at), 1, -1):
            if phrase := phrases.get(signs[at : at + length]):
                syllables += phrase
                at += length
                break
        else:
            syllables.append(readings.get(signs[at], signs[at]))
            at += 1
    return syllables


def pinyin_initials(name: str) -> str:
    """The first letter of each syllable: "szhwjsyxgs" for 深圳华为技术有限公司."""
    return "".join(syllable[0] for syllable in pinyin(name))


def plain_of(names: pl.Expr) -> pl.Expr:
    """`plain` for a column of names."""
    signs = {chr(one): other for one, other in _simplified_signs().items()}
    folded = names.str.normalize("NFKC").str.replace_many(list(signs), list(signs.values()))
    return folded.str.to_lowercase().str.replace_all(NOT_A_SIGN, "")


def name_key_of(names: pl.Expr) -> pl.Expr:
    """`name_key` for a column of names."""
    whole = plain_of(names)
    bare = whole.str.replace(LEGAL_FORM, "")
    return pl.when(bare == "").then(whole).otherwise(bare)


def pinyin_of(keys: pl.Series) -> pl.Series:
    """The syllables of a column of plain names, each followed by a space."""
    there = set(keys.str.join("").item() or "")  # patterns are dear: only those that can occur
    phrases = {phrase: words for phrase, words in _phrase_readings().items() if there.issuperset(phrase)}
    signs = {sign: word for sign, word in _sign_readings().items() if sign in there}
    patterns = [*sorted(phrases, key=len, reverse=True), *signs]
    spoken = [" ".join(phrases[one]) if one in phrases else signs[one] for one in patterns]
    if not patterns:
        return keys
    return keys.str.replace_many(patterns, [one + " " for one in spoken], leftmost=True)


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@cache
def _simplified_signs() -> dict[int, str]:
    """Traditional sign to simplified sign, the same in every context, so that a part finds the whole."""
    signs = [chr(number) for number in CJK]
    simple = simplified("\n".join(signs)).split("\n")
    once = {sign: other for sign, other in zip(signs, simple, strict=True) if sign != other}
    return {ord(sign): once.get(other, other) for sign, other in once.items()}


@cache
def _sign_readings() -> dict[str, str]:
    from pypinyin.constants import PINYIN_DICT

    readings = {chr(number): _toneless(words.split(",")[0]) for number, words in PINYIN_DICT.items()}
    letters = {sign: sign for sign in "0123456789abcdefghijklmnopqrstuvwxyz"}
    return readings | letters | READINGS_IN_NAMES


@cache
def _phrase_readings() -> dict[str, list[str]]:
    """Phrases that are read otherwise than sign by sign: 重庆, 银行, 西藏."""
    from pypinyin.constants import PHRASES_DICT

    signs, found = _sign_readings(), {}
    for phrase, words in PHRASES_DICT.items():
        key = phrase.translate(_simplified_signs())
        spoken = [_toneless(word[0]) for word in words]
        usual = [signs.get(sign) for sign in key]
        if len(key) == len(spoken) and None not in usual and usual != spoken:
            found[key] = spoken
    return found


@cache
def _longest_phrase() -> int:
    return max(map(len, _phrase_readings()))


@cache
def syllables() -> frozenset[str]:
    """Every syllable that some sign is read by."""
    return frozenset(word for sign, word in _sign_readings().items() if sign > "\u2e00" and word.isalpha())


@cache
def beginnings() -> frozenset[str]:
    """Every beginning of a syllable, the whole ones too."""
    return frozenset(word[:length] for word in syllables() for length in range(1, len(word) + 1))


@cache
def _toneless(word: str) -> str:
    letters = unicodedata.normalize("NFD", word.replace("ü", "v").replace("ê", "e"))
    return "".join(letter for letter in letters if "a" <= letter <= "z")


# Tokens: what a search index keeps of a name, and what it is asked.
#   华为 为技 技术 术       pairs of signs of the whole name, then every sign
#   i.hw i.wj t.hwj i.h    pairs and threes of initials and the first, without the legal form
#   p.hua q.hua.wei        syllables and pairs of syllables, without the legal form
#   c.c0001234 c.1234      codes, whole and from the first digit that counts
def name_tokens(names: pl.Series) -> pl.Series:
    """What an index keeps of each name: tokens in the order of the name, a space before and after each."""
    told = names.alias("name").to_frame()
    written = told.select(plain_of(pl.col("name")).str.split("")).to_series()
    heard = pinyin_of(told.select(name_key_of(pl.col("name"))).to_series()).str.strip_chars().str.split(" ")
    one, two, three = pl.col("one"), pl.col("two"), pl.col("three")
    initial, initials = one.str.head(1), one.str.head(1) + two.str.head(1)
    first = pl.when(pl.col("opens")).then("i." + initial)
    texts = [
        *_rows(written, [pl.coalesce(one + two, one), one]),
        *_rows(heard, ["i." + initials, "t." + initials + three.str.head(1), first]),
        *_rows(heard, ["q." + one + "." + two, "p." + one]),
    ]
    named = [text.alias(f"text_{at}") for at, text in enumerate(texts)]
    whole = pl.DataFrame(named).select(pl.concat_str(pl.all(), separator=" ")).to_series()
    return " " + whole.str.replace_all("  +", " ").str.strip_chars_start() + " "


def code_tokens(codes: pl.Expr) -> pl.Expr:
    """What an index keeps of a column of codes: the whole code, and from its first digit that counts."""
    whole = plain_of(codes)
    return "c." + whole + " c." + whole.str.replace(r"^[^0-9]*0*", "") + " "


def _rows(lists: pl.Series, made: list[pl.Expr]) -> list[pl.Series]:
    """Texts for each list: what is made of each member and the two that follow it in the list."""
    sizes = lists.list.len().to_numpy()
    row = pl.Series("row", np.repeat(np.arange(len(lists)), sizes))
    flat = lists.explode(empty_as_null=False, keep_nulls=False).alias("one")
    following = [pl.col("one").shift(-far) for far in (1, 2)]
    within = [pl.col("row") == pl.col("row").shift(-far) for far in (1, 2)]
    around = pl.DataFrame([flat, row]).select(
        "one",
        two=pl.when(within[0]).then(following[0]),
        three=pl.when(within[1]).then(following[1]),
        opens=(pl.col("row") != pl.col("row").shift(1)).fill_null(value=True),
    )
    members = around.select(one.alias(f"made_{at}") for at, one in enumerate(made))
    starts = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
    offsets = pl.Series(starts).to_arrow()  # pa.array would load pandas
    rows = [pa.LargeListArray.from_arrays(offsets, column.to_arrow()) for column in members]
    return [pl.DataFrame(pl.from_arrow(row)).to_series().list.join(" ") for row in rows]


@dataclass(frozen=True)
class Wanted:
    """One way in which a typed word may be found.

    tokens: all of them must be there, and one of `endings`. run: what stands in the row of tokens of
    every name that is found this way, and of no other; `sure` when the tokens alone say so.
    """

    tokens: tuple[str, ...]
    endings: tuple[str, ...]
    run: str

    @property
    def sure(self) -> bool:
        return not self.tokens


def wanted(word: str) -> list[Wanted]:
    """The ways in which one typed word (no spaces) may stand in a name, its pinyin or a code."""
    signs = plain(word)
    if not signs:
        return []
    ways = [_in_a_row([signs[at : at + 2] for at in range(max(1, len(signs) - 1))])]
    if signs.isascii():
        ways.append(_in_a_row([f"c.{signs}"]))
    if signs.isascii() and signs.isalpha():
        core = re.sub(r"(?<=.)(?:gf)?yx(?:zr)?gs$", "", signs)
        size, tag = (3, "t.") if len(core) > 2 else (2, "i.")
        ways.append(_in_a_row([tag + core[at : at + size] for at in range(max(1, len(core) - size + 1))]))
        ways += _by_syllables(signs)
    return ways


def _in_a_row(tokens: list[str]) -> Wanted:
    return Wanted(tuple(tokens[:-1]), (tokens[-1],), f" {' '.join(tokens)} ")


def _by_syllables(letters: str) -> list[Wanted]:
    core = re.sub(r"(?<=.)(?:gufen)?youxian(?:zeren)?gongsi$", "", letters)
    ways = []
    for spoken in split_pinyin(core):
        before = [f"q.{one}.{other}" for one, other in pairwise(spoken[:-1])]
        last = f"q.{spoken[-2]}." if len(spoken) > 1 else "p."
        endings = tuple(sorted(last + one for one in syllables() if one.startswith(spoken[-1])))
        ways.append(Wanted(tuple(before), endings, " " + " ".join([*before, last + spoken[-1]])))
    return ways


def split_pinyin(letters: str) -> list[list[str]]:
    """Ways to read typed letters as syllables, fewest first; the last may be a beginning: hua wei j."""
    if len(letters) < 2:
        return []
    found: list[list[str]] = []
    open_ways: list[tuple[list[str], str]] = [([], letters)]
    while open_ways and len(found) < MOST_READINGS:
        so_far, rest = open_ways.pop(0)
        if rest in beginnings():
            found.append([*so_far, rest])
        open_ways += [
            ([*so_far, rest[:length]], rest[length:])
            for length in range(min(6, len(rest) - 1), 0, -1)
            if rest[:length] in syllables()
        ]
    return found
