"""Chinese names as they are typed in a hurry: by the first letters of their pinyin."""

import re
from functools import lru_cache

from pypinyin import Style, lazy_pinyin
from pypinyin.seg import mmseg

# 行 is háng in 车行, a shop that sells vehicles; behind 自行车 or 摩托车 the dictionary takes it for xíng. 杭 is always háng.
VEHICLE_SHOP = re.compile("(?<=[车車])行")


def initials(text) -> str:
    """The first letter of each syllable, in lower case: 冷水滩 gives `lst`; letters and digits stay as they are."""
    return "".join(map(_initials_of_word, mmseg.seg.cut(VEHICLE_SHOP.sub("杭", text))))


# Names are made of few words: most are read from memory, which is ten times as fast as from the dictionary.
@lru_cache(maxsize=20_000)
def _initials_of_word(word):
    return "".join(lazy_pinyin(word, style=Style.FIRST_LETTER, errors=lambda other: other.lower())).replace(" ", "")
