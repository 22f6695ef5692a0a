"""Chinese names as they are typed in a hurry: by the first letters of their pinyin."""

import re

from pypinyin import Style, lazy_pinyin

# 行 is háng in 车行, a shop that sells vehicles; behind 自行车 or 摩托车 the dictionary takes it for xíng. 杭 is always háng.
VEHICLE_SHOP = re.compile("(?<=[车車])行")


def initials(text) -> str:
    """The first letter of each syllable, in lower case: 冷水滩 gives `lst`; letters and digits stay as they are."""
    read = VEHICLE_SHOP.sub("杭", text)
    return "".join(lazy_pinyin(read, style=Style.FIRST_LETTER, errors=lambda other: other.lower())).replace(" ", "")
