"""What somebody types who means harm, packed into few strings; the same each time."""

MARK = "x-owned"
LETTERS = {
    "script": f"<{MARK}></script><script>window.__owned=1</script>",
    "attribute": f"\"'><{MARK} onload=window.__owned=1 onerror=window.__owned=1 src=x>",
    "template": "{{7777*7}}{%debug%}${7777*7}#{7777*7}<%=7777*7%>",
    "sql": "'; DROP TABLE accounts_user; -- \" OR 1=1 %' _",
    "formula": '=HYPERLINK("http://evil.example",1)',
    "command": "@SUM(1+1)*cmd|' /C calc'!A0",
    "typst": '#read("/etc/passwd") #eval("1") @label <l> $x$ *b* _i_ ``` // \\u{41}',
    "path": "../../../../etc/passwd",
    "direction": "\u202eevil\u2066\u200b\ufeff",
    "emoji": "👨‍👩‍👧‍👦🏴‍☠️é",
    "right to left": "שלום مرحبا",
}
# Where it is worked out and not shown, there is a number that stands nowhere else.
WORKS, WORKED_OUT = "#{7777*7}", str(7777 * 7)


def tag(number: int) -> str:
    """A tag of theirs. As words it reads `&lt;x-owned 12&gt;`, wherever it stands in a page."""
    return f"<{MARK} {number}>"


LINES = "line\r\nBcc: evil@evil.example\r\n\r\nBEGIN:VEVENT\nX:1"
NUL = "a\x00b"
LONG = "m" * 20_000
SURROGATE = "\ud800"
NUMBERS = ("0", "-1", "1e999", "NaN", "9" * 40, "1" + "0" * 5000, "½", "٣", "0x10", "1.5", "--", "∞")
DAYS = (
    "0000-00-00",
    "9999-12-31",
    "10000-01-01",
    "2026-02-30",
    "-1-01-01",
    "2026-03-03T25:61",
    "٢٠٢٦-٠٣-٠٣",
    "0001-01-01",
)
ALL = (*LETTERS.values(), LINES, NUL, LONG, SURROGATE, *NUMBERS, *DAYS, "", " ", "\u3000", "true", "[]", "{}", "null")
