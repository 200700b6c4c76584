"""Reading one cell of a court's list: forgiving about its form, never guessing at what it means.

Each reader gives the value and a reason to look at it, which is "" when there is none. An unreadable cell
comes back empty with a reason; a value that is readable but odd comes back as it is, with a reason.
"""

import re
import unicodedata
from datetime import date, datetime, time
from functools import lru_cache
from typing import NamedTuple

import phonenumbers

from courts.numbers import normalized_number
from participants.names import folded

_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_CLEAN = re.compile(r"[!-~]+(?: [!-~]+)*", re.ASCII)  # most cells: nothing to do
_LOST = "\ufffd"  # what a decoder puts where it can't read a letter
_NO_NUMBER = frozenset({"na", "none", "tbd", "unknown", "pending"})
_EARLIEST = 1990  # no referral that is still open is older
_OLDEST = 110
_YEARS_AHEAD = 30

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_YMD = re.compile(r"(?P<y>\d{4})(?P<sep>[-/])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})(?!\d)", re.ASCII)
_COMPACT = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?!\d)", re.ASCII)
_MDY = re.compile(r"(?P<m>\d{1,2})(?P<sep>[-/])(?P<d>\d{1,2})(?P=sep)(?P<y>\d{4}|\d{2})(?!\d)", re.ASCII)
_NAMED = re.compile(r"(?P<m>[a-z]{3,9})\.? ?(?P<d>\d{1,2})(?:st|nd|rd|th)?,? (?P<y>\d{4}|\d{2})(?!\d)", re.ASCII)
_DAY_NAMED = re.compile(r"(?P<d>\d{1,2})[- ]?(?P<m>[a-z]{3,9})\.?[-, ] ?(?P<y>\d{4}|\d{2})(?!\d)", re.ASCII)
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,? ")
_TIME = re.compile(r"(?P<h>\d{1,2})(?::(?P<m>\d{2})(?::\d{2}(?:\.\d{1,6})?)?)? ?(?:(?P<half>[ap])\.?m\.?)?", re.ASCII)
_EMAIL = re.compile(
    r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@"
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}",
    re.ASCII | re.IGNORECASE,
)

_LANGUAGES = {
    "en": "eng English inglés",
    "es": "spa Spanish español castellano Castilian",
    "vi": "vie Vietnamese Việt tiếng_Việt",
    "ko": "kor Korean 한국어",
    "zh": "zho chi Chinese Mandarin cmn 中文 普通话 汉语",
    "ru": "rus Russian русский",
    "so": "som Somali Soomaali af-Soomaali",
    "am": "amh Amharic አማርኛ",
    "ti": "tir Tigrinya Tigrigna ትግርኛ",
    "om": "orm Oromo",
    "uk": "ukr Ukrainian українська",
    "ar": "ara Arabic العربية",
    "pa": "pan Punjabi Panjabi ਪੰਜਾਬੀ",
    "hi": "hin Hindi हिन्दी",
    "ur": "urd Urdu",
    "fa": "fas per Farsi Persian Dari",
    "tl": "tgl fil Tagalog Filipino Pilipino",
    "fr": "fra fre French français",
    "pt": "por Portuguese português",
    "ja": "jpn Japanese 日本語",
    "km": "khm Khmer Cambodian",
    "lo": "lao Lao Laotian",
    "th": "tha Thai",
    "sw": "swa Swahili Kiswahili",
    "ne": "nep Nepali",
    "bn": "ben Bengali",
    "mh": "mah Marshallese",
    "ro": "ron rum Romanian",
    "pl": "pol Polish polski",
    "de": "deu ger German Deutsch",
    "it": "ita Italian italiano",
    "ht": "hat Haitian Haitian_Creole Creole Kreyòl",
}
_LANGUAGE_CODES = {folded(spelling): code for code, names in _LANGUAGES.items() for spelling in (code, *names.split())}
# Written Chinese serves both; an interpreter of the one is no use to a man who speaks the other.
_SPOKEN = {folded(name): "zh" for name in ("Cantonese", "yue", "粤语", "Taishanese", "Toisanese")}
_YES = frozenset({"yes", "y", "true", "t", "1", "x", "sí", "si", "needed", "required"})
_NO = frozenset({"no", "n", "false", "f", "0", "none", "na", "notneeded", "notrequired"})


class Day(NamedTuple):
    day: date | None
    rest: str  # what stood behind the date: a time, or what doesn't belong there


HIDDEN_OUT = "Hidden control letters were taken out. Compare it with the court's papers."
# Spreadsheets take a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: str) -> str:
    """With an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def as_spelled(cell: str) -> str:
    """Without the apostrophe that `harmless` put there."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def text(raw: str, longest: int) -> tuple[str, str]:
    """One line of text, white space collapsed, otherwise as it was spelled."""
    if len(raw) <= longest and _CLEAN.fullmatch(raw):
        return raw, ""
    if _LOST in raw:
        return "", "A letter was lost on the way. Ask the court for its right spelling."
    shown = _HIDDEN.sub("", raw)
    value = " ".join(unicodedata.normalize("NFC", shown).split())
    # Its folded form, by which it is compared, must fit too: one Arabic ligature unfolds to fifteen letters.
    if len(value) > longest or len(folded(value)) > longest:
        return "", f"This is longer than {longest} letters. Shorten it."
    if shown != raw:
        return value, HIDDEN_OUT
    if "\n" in value or len(raw.strip().splitlines()) > 1:
        return value, "This ran over several lines. See whether another row was swallowed."
    return value, ""


def lines_of_text(raw: str, longest: int) -> tuple[str, str]:
    """Text that may have several lines, such as an address."""
    read = [text(line, longest) for line in raw.splitlines()]
    value = "\n".join(line for line, _ in read if line)
    if len(value) > longest:
        return "", f"This is longer than {longest} letters. Shorten it."
    return value, next((reason for _, reason in read if reason), "")


def number(raw: str, longest: int) -> tuple[str, str]:
    """A case or incident number, never checked against a pattern; only "N/A" and its like are none."""
    value, reason = text(raw, longest)
    normal = normalized_number(value)
    if value and (not normal or normal in _NO_NUMBER):
        return "", "This is no number."
    if len(normal) > longest:
        return "", f"This is longer than {longest} letters. Shorten it."
    return value, reason


def names(raw: str, longest: int) -> tuple[tuple[str, ...], str]:
    """Aliases, split at ";", "|" or "aka"."""
    parts = re.split(r"[;|]|\ba\.?k\.?a\b\.?:?", raw, flags=re.IGNORECASE)
    read = [text(part, longest) for part in parts if part.strip()]
    found = dict.fromkeys(value for value, _ in read if value)
    return tuple(found), next((reason for _, reason in read if reason), "")


# --- dates ---


def date_of_birth(raw: str, today: date) -> tuple[date | None, str]:
    """A future date, or one that makes him a minor, is kept and pointed at: a person has to look."""
    found = _day(raw, latest=today)
    if found.day is None or _extra(found.rest):
        return None, _why_no_date(raw)
    age = _age(found.day, today)
    if age > _OLDEST:
        return None, f"By this date he would be {age} years old. Ask the court."
    if found.day > today:
        return found.day, "This date of birth is in the future. Ask the court."
    if age < 18:
        return found.day, f"By this date he is {age} years old, and the program is for adults. Ask the court."
    return found.day, ""


def day(raw: str, today: date) -> tuple[date | None, str]:
    """A date on which something was ordered or is due. A time behind it is dropped."""
    found = _day(raw)
    if found.day is None or _extra(found.rest):
        return None, _why_no_date(raw)
    return _likely(found.day, today)


def past_day(raw: str, today: date) -> tuple[date | None, str]:
    """A date of something that has happened: one to come is kept and pointed at."""
    value, reason = day(raw, today)
    return value, reason or ("This date is still to come. Ask the court." if value and value > today else "")


def moment(raw: str, today: date) -> tuple[tuple[datetime | None, bool], str]:
    """A day with its time of day in the court's own zone, and whether a time was given.

    Midnight is none: that is how exports fill up a date.
    """
    found = _day(raw)
    value, reason = _likely(found.day, today) if found.day else (None, _why_no_date(raw))
    if value is None:
        return (None, False), reason
    hour = _time(found.rest)
    if hour is None and found.rest:
        reason = "The day can be read, the time of day can't. Write it like 9:00 AM."
    return (datetime.combine(value, hour or time.min), hour not in (None, time.min)), reason


def _extra(rest: str) -> bool:
    return bool(rest) and _time(rest) is None


def _likely(found: date, today: date) -> tuple[date | None, str]:
    if _EARLIEST <= found.year <= today.year + _YEARS_AHEAD:
        return found, ""
    return None, f"The year {found.year} can't be right. Ask the court."


def _why_no_date(raw: str) -> str:
    if re.fullmatch(r"\s*\d{5}(?:\.\d+)?\s*", raw, re.ASCII):
        return "This is a spreadsheet's number for a day. Format the column as a date and export it again."
    return "This is no date. Write month/day/year, or year-month-day."


def _day(raw: str, latest: date | None = None) -> Day:
    """`latest`: two digits of a year mean the last such year that isn't after it, else this century's."""
    # Lists repeat their dates, and reading one tries several patterns. Nothing longer than this is one.
    return _day_once(raw, latest) if len(raw) <= 60 else Day(None, "")


@lru_cache(maxsize=4096)
def _day_once(raw: str, latest: date | None) -> Day:
    value = " ".join(raw.split()).lower()
    value = _WEEKDAY.sub("", value, count=1) if _WEEKDAY.match(value) else value
    for pattern in (_YMD, _MDY, _NAMED, _DAY_NAMED, _COMPACT):
        if match := pattern.match(value):
            rest = re.sub(r"^(?:t(?=\d)|[ ,]*(?:at\b|@)?) *", "", value[match.end() :])
            return Day(_date(match["y"], match["m"], match["d"], latest), rest)
    return Day(None, "")


def _date(year: str, month: str, day: str, latest: date | None) -> date | None:
    y = int(year) + (2000 if len(year) == 2 else 0)
    if len(year) == 2 and latest and y > latest.year:
        y -= 100
    m = int(month) if month.isdigit() else _month(month)
    try:
        return date(y, m, int(day))
    except ValueError:
        return None


def _month(word: str) -> int:
    """0 where it isn't one."""
    return next((i for i, name in enumerate(_MONTHS, 1) if name.startswith(word) or word == name[:3] + "t"), 0)


def _time(rest: str) -> time | None:
    match = _TIME.fullmatch(rest)
    if not match or not (match["m"] or match["half"]):
        return None
    hour = int(match["h"])
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"] == "p" else 0)
    try:
        return time(hour, int(match["m"] or 0))
    except ValueError:
        return None


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


# --- how to reach and speak to him ---


@lru_cache(maxsize=256)
def phone(raw: str) -> tuple[str, str]:
    """E.164. A number without a country is taken for one of the United States."""
    value, _ = text(raw, 60)
    try:
        found = phonenumbers.parse(value, "US")
    except phonenumbers.NumberParseException:
        return _phone_among_words(value)
    if not phonenumbers.is_valid_number(found):
        return "", "There is no such phone number. Ask for the right one."
    kept = phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    return kept, "The extension was left out." if found.extension else ""


def _phone_among_words(value: str) -> tuple[str, str]:
    found = list(phonenumbers.PhoneNumberMatcher(value, "US"))
    if len(found) != 1:
        return "", "This is no phone number that we can read. Write ten digits, one number only."
    kept = phonenumbers.format_number(found[0].number, phonenumbers.PhoneNumberFormat.E164)
    return kept, "The words beside the number were left out."


def email(raw: str) -> tuple[str, str]:
    value = raw.strip()
    local = value.rpartition("@")[0]
    if len(value) <= 254 and len(local) <= 64 and _EMAIL.fullmatch(value):
        return value.lower(), ""
    return "", "This is no e-mail address. Write one address, such as name@example.org."


def language(raw: str) -> tuple[str, str]:
    """The ISO 639-1 code. A region behind it, as in es-MX, is left out."""
    base = re.sub(r"^\s*([A-Za-z]{2,3})[-_][A-Za-z0-9]{2,4}\s*$", r"\1", raw)
    spelling = folded(base)
    if code := _SPOKEN.get(spelling):
        return code, "Look to it that an interpreter speaks just this one."
    if code := _LANGUAGE_CODES.get(spelling):
        return code, ""
    return "", "We don't know this language. Write its English name, such as Spanish."


def yes(raw: str) -> tuple[bool, str]:
    answer = folded(raw)
    if answer in _YES or answer in _NO or not answer:
        return answer in _YES, ""
    return False, "This is neither yes nor no."
