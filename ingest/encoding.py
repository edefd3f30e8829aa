"""Decodes the bytes of a file: by byte-order mark, strict UTF-8, the encoding it declares, and only then by a guess."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from index.errors import ReadError

# Bytes that the encoding is guessed from (a guess). More would not change the result, and a 200 MB file must not take
# minutes.
SAMPLE_BYTES = 64 * 1024

# UTF-32 comes before UTF-16: its little-endian mark begins with that of UTF-16.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FOREIGN_FORMATS = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\0", "a database"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
)
# Code pages in real use. With all that it knows to choose from, the detector takes French for a Mac code page.
_CANDIDATES = [
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "koi8_r", "iso8859_2"),
    *("cp932", "euc_jp", "gb18030", "big5", "cp949", "cp866", "tis_620"),
]
# Codecs of Python that no file is in; the first takes the square of the length.
_NOT_OF_FILES = ("punycode", "idna", "unicode-escape", "raw-unicode-escape")
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\x0b\f\r\x1b\x1a\x08"))
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_NOT_ASCII = re.compile(rb"[\x80-\xff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file as text. ``guessed``: False when a byte-order mark, strict UTF-8 or the file itself gave the encoding."""

    text: str
    encoding: str
    guessed: bool = False
    warnings: tuple[str, ...] = ()


def guess_warnings(encoding: str | None, guessed: bool) -> tuple[str, ...]:
    """What a person must know of an encoding; nothing of one that is certain."""
    return (f"The encoding {encoding} was guessed; look for odd letters.",) * guessed


def without_holes(text: str) -> str:
    """The text with each NUL and lone surrogate, which the store cannot hold, replaced by U+FFFD; the length stays."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    if not text.isascii() and _LONE_SURROGATE.search(text):
        text = _LONE_SURROGATE.sub("\ufffd", text)
    return text


def decode(data: bytes, name: str, declared: str | None = None) -> Decoded:
    """The text of a file's bytes. ``declared``: the encoding that the file itself states, if any.

    Raises ReadError when ``data`` is not text, or in no encoding that is recognised.
    """
    _refuse_foreign(data, name)
    marked = _by_mark(data)
    if marked is not None:
        return marked
    wide = _wide_encoding(data)
    if wide:
        return Decoded(without_holes(data.decode(wide, "surrogatepass")), wide, guessed=True)
    _refuse_binary(data, name)
    return _by_utf8(data) or _by_declaration(data, declared) or _by_guess(data, name)


def _refuse_foreign(data: bytes, name: str) -> None:
    for signature, kind in _FOREIGN_FORMATS:
        if data.startswith(signature):
            raise ReadError(f"{name} is {kind}, not text, whatever its name says: give it its true suffix.")


def _by_mark(data: bytes) -> Decoded | None:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decode_marked(data[len(mark) :], encoding)
    return None


def _decode_marked(body: bytes, encoding: str) -> Decoded:
    errors = "strict" if encoding == "utf-8" else "surrogatepass"
    try:
        return Decoded(without_holes(body.decode(encoding, errors)), encoding)
    except UnicodeDecodeError:
        text = body.decode(encoding, "replace")
    return Decoded(without_holes(text), encoding, warnings=(_damage(text.count("\ufffd"), encoding),))


def _wide_encoding(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark, recognised by the positions of zero bytes, which each space and line end has."""
    sample = data[: SAMPLE_BYTES - SAMPLE_BYTES % 4]
    zeros = sample.count(0)
    if len(data) % 2 or zeros < 2 or (zeros * 8 < len(sample) and _is_narrow(sample)):
        return None
    quarters = [sample[i::4].count(0) * 4 / len(sample) for i in range(4)]
    even, odd = quarters[0] + quarters[2], quarters[1] + quarters[3]
    if len(data) % 4 == 0 and min(quarters[2:]) > 0.95 and quarters[0] < 0.05:
        return _if_printable(data, sample, "utf-32-le")
    if len(data) % 4 == 0 and min(quarters[:2]) > 0.95 and quarters[3] < 0.05:
        return _if_printable(data, sample, "utf-32-be")
    if even < odd / 50:
        return _if_printable(data, sample, "utf-16-le")
    if odd < even / 50:
        return _if_printable(data, sample, "utf-16-be")
    return None


def _is_narrow(sample: bytes) -> bool:
    """True for UTF-8 with a stray NUL. Chinese in UTF-16 has few zero bytes too, but is not valid UTF-8."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return False
    return len(sample.translate(None, _CONTROLS)) * 20 >= len(sample) * 19


def _if_printable(data: bytes, sample: bytes, encoding: str) -> str | None:
    """The encoding when the data is valid in it and nearly all of it printable, else None."""
    try:
        data.decode(encoding, "surrogatepass")
        text = sample.decode(encoding, "replace")
    except UnicodeDecodeError:
        return None
    printable = sum(1 for c in text if c.isprintable() or c in "\t\r\n\f")
    has_spaces = any(c in " \n" for c in text)
    return encoding if has_spaces and printable >= 0.98 * len(text) else None


def _refuse_binary(data: bytes, name: str) -> None:
    sample = data[:SAMPLE_BYTES]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls * 20 > len(sample):
        raise ReadError(f"{name} holds binary data, not text: give it the suffix of its format, or leave it out.")


def _by_utf8(data: bytes) -> Decoded | None:
    """Strict UTF-8, or UTF-8 with a few damaged bytes: a single bad byte must not garble all accents; else None."""
    try:
        return Decoded(without_holes(data.decode("utf-8")), "utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd") - data.count(b"\xef\xbf\xbd")
    good = len(_NOT_ASCII.findall(data[: 16 * SAMPLE_BYTES])) - bad
    if good < 40 * bad:
        return None
    return Decoded(without_holes(text), "utf-8", guessed=True, warnings=(_damage(bad, "utf-8"),))


def _by_declaration(data: bytes, declared: str | None) -> Decoded | None:
    if not declared:
        return None
    try:
        codec = codecs.lookup(declared)
        if codec.name in _NOT_OF_FILES:
            return None
        text = data.decode(declared)  # refuses codecs that are no encodings of text, such as zlib
    except (LookupError, ValueError):
        return None
    return Decoded(without_holes(text), codec.name)


def _by_guess(data: bytes, name: str) -> Decoded:
    sample = _sample_with_high_bytes(data)
    encoding = _western(sample) or _detected(sample)
    if encoding is None:
        raise ReadError(f"{name} is in no encoding that could be recognised: save it as UTF-8 and ingest again.")
    try:
        return Decoded(without_holes(data.decode(encoding)), encoding, guessed=True)
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
    return Decoded(without_holes(text), encoding, guessed=True, warnings=(_damage(text.count("\ufffd"), encoding),))


def _sample_with_high_bytes(data: bytes) -> bytes:
    """A sample around the first byte that is not ASCII, from line end to line end so that no character is cut."""
    match = _NOT_ASCII.search(data)
    middle = match.start() if match else 0
    start = max(0, middle - SAMPLE_BYTES // 2)
    start = data.find(b"\n", start, middle) + 1 or start if start else 0
    sample = data[start : start + SAMPLE_BYTES]
    end = sample.rfind(b"\n")
    return sample[: end + 1] if end > len(sample) // 2 and start + SAMPLE_BYTES < len(data) else sample


# In Western European prose bytes above 0x7F are rare, and nearly all are these letters and quotation marks of cp1252.
_WESTERN = frozenset("àâäáãåæçéèêëíìîïñóòôöõøœßúùûüÿÀÂÄÁÃÅÆÇÉÈÊËÍÎÏÑÓÔÖÕØŒÚÙÛÜ‘’“”–—…•«»°€£©®™§·¡¿ºª\xa0´½¼²³µ")
_WESTERN_LETTERS = frozenset("àâäáãåæçéèêëíìîïñóòôöõøœßúùûüÿ")
_HIGH = re.compile("[\x80-\U0010ffff]")
_OTHER_ALPHABET = re.compile("[À-ÿ]{3}")
_LOW_HALF = re.compile(rb"[\x80-\x9f]")
_BETWEEN_LETTERS = re.compile("(?<=[a-z])[^\x00-\x7f](?=[a-z])")


def _western(sample: bytes) -> str | None:
    """cp1252 when the sample then reads as Western prose (single accented letters among plain ones), else None."""
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return None
    high = _HIGH.findall(text)
    common = sum(c in _WESTERN for c in high)
    if len(high) * 3 > len(text) or common < len(high) * 0.97:
        return None
    between_letters = set(_BETWEEN_LETTERS.findall(text))
    hungarian = "õ" in text and "û" in text
    foreign = hungarian or _OTHER_ALPHABET.search(text) or not between_letters <= _WESTERN_LETTERS | set("’‘·\xad–—")
    return None if foreign else "cp1252"


def _detected(sample: bytes) -> str | None:
    """The most likely of ``_CANDIDATES``, None when none fits."""
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=_CANDIDATES, enable_fallback=False).best()
    if best is None or best.encoding in ("cp1250", "iso8859_2"):
        return _central_european(sample)
    if best.encoding in ("cp949", "gb18030", "big5") and _is_euc_japanese(sample):
        return "euc_jp"
    return best.encoding


def _is_euc_japanese(sample: bytes) -> bool:
    """True when much of the sample is hiragana, as in any Japanese text; other encodings rarely use these bytes."""
    try:
        text = sample.decode("euc_jp")
    except UnicodeDecodeError:
        return False
    return 5 * sum("\u3041" <= c <= "\u3096" for c in text) > len(_HIGH.findall(text)) > 0


def _central_european(sample: bytes) -> str | None:
    """cp1250 or ISO 8859-2, else None. They share most letters; only cp1250 has letters below 0xA0."""
    encoding = "cp1250" if _LOW_HALF.search(sample) else "iso8859_2"
    high = _HIGH.findall(sample.decode(encoding, "replace"))
    letters = sum(c.isalpha() or c in _WESTERN for c in high)
    return encoding if high and letters >= 0.97 * len(high) else None


def _damage(count: int, encoding: str) -> str:
    subject = "1 place is" if count == 1 else f"{count} places are"
    return f"{subject} not {encoding}; shown as \ufffd"
