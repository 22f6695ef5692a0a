"""Texts and values that have broken programs before, of our own choosing, some of each kind."""

EMPTY = ("", " ", "\t\n", "\u3000", "undefined", "null", "None", "true")
NUMBERS = (
    "NaN", "Infinity", "-Infinity", "1e309", "-1e-400", "9" * 40, "-9223372036854775809", "2147483648", "0x7fffffffffffffff", "-0",
    "0.1" + "0" * 300 + "1", "1_000", "1,000.5", "１２３", "١٢٣", "²³", "Ⅷ", "½",
)  # fmt: skip
DAYS = (
    "2024-02-30", "2024-13-01", "0000-00-00", "0001-01-01", "9999-12-31", "99999-12-31", "２０２４-０９-０２", "2024-09-02T25:61:61Z",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "24:60", "-1-01-01",
)  # fmt: skip
CONTROLS = (
    "\u0000", "a\u0000b", "\u0001\u0008\u001b[31m", "\u007f\u0085", "\ufeff", "\u200b\u200d\u2060", "\u202egnp.exe", "\u2066\u2069\u061c",
    "\u2028\u2029", "\ufffe\uffff", "\U000e0041\U000e007f",
)  # fmt: skip
SCRIPTS = (
    "é", "e\u0301" * 30, "\u212b\u00c5A\u030a", "ﬀ", "ﷺ", "Z̸̡͎͠a̵l̶g̷o̴", "a" + "\u0300" * 1000,
    "田中さんにあげて下さい", "社會科學院語學研究所", "𠮷𠜎𠜱", "ｆｕｌｌｗｉｄｔｈ",
    "İıŞş", "ß" * 50, "👩‍👩‍👧‍👦🇨🇳", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "ثم نفس سقطت", "الكل ב א 123",
)  # fmt: skip
LONG = ("a" * 5000, "漢" * 3000, "a b " * 2000, "[" * 500, '{"a":' * 50, "(" * 30 + "a)+" * 10)
SPREADSHEETS = (
    "=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", "＝1+1", '=HYPERLINK("https://evil.example")', "=cmd|' /C calc'!A0",
)  # fmt: skip
QUERIES = (
    "'", '"', "\\", "`", "';--", "' OR '1'='1", "1); DROP TABLE entities_entity;--", "' UNION SELECT NULL--", "'||pg_sleep(5)--", "%", "_%",
    "%s%n%x", "(((((((((((((((((((((((a)+)+)+", "\\x00", "$1",
)  # fmt: skip
TEMPLATES = (
    "{{ 7*7 }}", "{% debug %}", "{{ request.user.password }}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{0.__class__}", "%(a)s",
)  # fmt: skip
PATHS = (
    "../../etc/passwd", "..\\..\\x", "%2e%2e%2fetc%2fpasswd", "file:///etc/passwd", "//evil.example", "http://127.0.0.1:9/",
    "CON", "NUL.txt", "~root", ".", "..", "/dev/stdin",
)  # fmt: skip
COMMANDS = ("$(id)", "|id", ";id", "`id`", "\r\nSet-Cookie: a=b", "a\r\n\r\n<html>", "%0d%0aSet-Cookie:a=b")
MARKERS = (
    "<script>alert('naughty-marker')",
    "<img src=x onerror=alert('naughty-marker')",
    "<svg onload=alert('naughty-marker')",
)
MARKUP = (
    f"{MARKERS[0]}</script>", f'">{MARKERS[1]}>', f"</textarea></title>{MARKERS[2]}>", "javascript:alert(1)", "data:text/html,x", "<!--",
    "]]>", "&lt;b&gt;", "&#0;", "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
)  # fmt: skip
NAUGHTY = (
    *EMPTY, *NUMBERS, *DAYS, *CONTROLS, *SCRIPTS, *LONG, *SPREADSHEETS, *QUERIES, *TEMPLATES, *PATHS, *COMMANDS, *MARKUP,
)  # fmt: skip

# What JSON can say beside: halves of a letter, numbers beyond every column, other shapes than a text.
VALUES = (
    "\ud800", "a\udfffb", float("nan"), float("inf"), -float("inf"), 10**400, 2**63, -(2**63) - 1, -1, 0, 1.5, True, None, [], {}, [[]],
    ["\u0000"], {"a": "b"}, {"\u0000": None},
)  # fmt: skip
