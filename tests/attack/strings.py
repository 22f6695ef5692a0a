"""Texts that have broken programs before, of our own choosing, one of each kind."""

NAUGHTY = (
    "", " ", "\t\n", "undefined", "null", "None", "NaN", "true", "-1", "0", "1e309", "9" * 40, "0x7fffffffffffffff", "١٢٣",
    "'", '"', "\\", "`", "';--", "' OR '1'='1", "1); DROP TABLE entities_entity;--", "%", "%s%n%x", "{{ 7*7 }}", "{% debug %}",
    "${7*7}", "=1+1", "+1", "-1+1", "@SUM(1)", "=HYPERLINK(\"https://evil.example\")", "../../etc/passwd", "..\\..\\x",
    "file:///etc/passwd", "//evil.example", "javascript:alert(1)", "data:text/html,x",
    "<script>alert('naughty-marker')</script>", "\"><img src=x onerror=alert('naughty-marker')>",
    "</textarea><svg onload=alert('naughty-marker')>", "<!--", "]]>", "&lt;b&gt;", "&#0;",
    "\u0000", "\u0001\u0008\u001b[31m", "\ufeff", "\u200b\u200d", "\u202egnp.exe", "\u2028\u2029", "é", "e\u0301" * 30, "Z̸̡͎͠a̵l̶g̷o̴",
    "田中さんにあげて下さい", "社會科學院語學研究所", "𠮷𠜎𠜱", "👩‍👩‍👧‍👦🇨🇳", "ﷺ", "ｆｕｌｌｗｉｄｔｈ", "İıŞş", "ß" * 50, "a" * 5000,
    "漢" * 3000,
    "2024-02-30", "0000-00-00", "99999-12-31", "24:60", "CON", "NUL.txt", "~root", "$(id)", "|id", ";id", "\r\nSet-Cookie: a=b",
    "(((((((((((((((((((((((a)+)+)+", "[" * 500, "{\"a\":" * 50,
)  # fmt: skip
MARKERS = (
    "<script>alert('naughty-marker')",
    "<img src=x onerror=alert('naughty-marker')",
    "<svg onload=alert('naughty-marker')",
)
