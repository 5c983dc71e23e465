"""Any two policies side by side in words: no key and no answer of the language is left."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from django.utils import translation

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import system_actor
from xinheng.base.packs import services as packs
from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.wording import ANSWERS, KEYS
from xinheng.reports.services import told_differences
from xinheng.runs.services import business_day

pytestmark = pytest.mark.django_db
RAW = KEYS.keys() | ANSWERS.keys()
BETWEEN = re.compile(r"[,;:·、，；]\s*")


@pytest.mark.req("ADV-03")
def test_no_key_of_the_language_is_left_between_any_two_shipped_packs() -> None:
    access.load_shipped_roles(actor=system_actor(), on=business_day())
    shipped = [policies.load(pack.text) for pack in packs.shipped() if pack.header.kind == "rating"]
    parts, left = set(), []
    with translation.override("zh-hans"):
        for old, new in combinations(shipped, 2):
            told = told_differences(old, new)
            assert told
            for one in told:
                parts.add(one.part)
                left += [word for word in (one.kind_word, one.part, one.field) if re.search("[A-Za-z]", word)]
                if one.field != "英文":  # the English words of a document are words, whatever they are
                    said = BETWEEN.split(f"{one.before}; {one.after}")
                    left += [word for each in said if (word := each.strip()) in RAW]
                assert "{'" not in one.before + one.after
    assert left == []
    assert {"审批步骤", "距下次复评的月数", "评分项目"} <= parts
