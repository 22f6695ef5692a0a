"""Chinese names as they are typed in a hurry: by the first letters of their pinyin."""

from pypinyin import Style, lazy_pinyin


def initials(text) -> str:
    """The first letter of each syllable, in lower case: 冷水滩 gives `lst`; letters and digits stay as they are."""
    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER, errors=lambda other: other.lower())).replace(" ", "")
