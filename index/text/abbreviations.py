"""Abbreviations whose full stop ends no sentence, and what must follow them. English, some German and French."""

from __future__ import annotations

import re

# before a number, a small letter or a bracket: parts of books, references, measures, notes of scholars
_REFERENCES = (
    "al fig figs ref refs eq eqs eqn eqns sec secs sect sects vol vols p pp ch chap chaps para paras par approx ca cca "
    "deg cf vs viz no nos nr nrs art arts suppl tab tabs app appx ed eds hr hrs mins wk wks yr yrs mos lb lbs oz cit "
    "ibid op loc cap lib fol fols ff bk pt pts ser trans transl tr incl excl esp resp temp avg misc abbr av env "
    "bzw vgl ggf inkl exkl bspw evtl sog geb gest \\w*str abs bd bde hrsg jh jhd usw "
    "jan feb mar apr jun jul aug sep sept oct nov dec"
)
_BOOKS = (  # of the Bible
    "gen exod lev deut josh judg kgs chron chr neh esth ps pss prov eccl eccles isa jer ezek hos obad mic nah hab "
    "zeph hag zech mal matt mt mk lk jn rom cor gal eph phil col thess tim tit philem heb jas pet rev macc wis sir tob"
)
# before a name too
_TITLES = (
    "dr drs prof profs mr mrs mx mme mmes mlle mlles messrs mssrs rev revd gen col capt cmdr cdr lt lieut sgt cpl pvt "
    "maj adm sen rep gov hon pres amb atty ald cllr msgr supt insp st ste mt ft hr fr frl dipl ing mag sra srta dott "
    "suppl nr bzw vgl cf vs viz"
)
_ROMAN = r"[IVXLC]{2,}\b|[VXLC]\b|[ivx]{2,}\b|[vx]\b"
_SMALL = r"(?!\w*[A-Z])[^\W\d_A-Z]"  # a small letter, not of a name such as iPhone


def _ends_with(words: str, before: str = r"(?<![^\W_])") -> re.Pattern[str]:
    return re.compile(rf"{before}(?:{'|'.join(words.split())})\.$", re.IGNORECASE)


_BEFORE_NUMBER = _ends_with(f"{_REFERENCES} {_BOOKS} {_TITLES}")
_NUMBER = re.compile(rf"\d|[(\[]\s*[\d.]|{_ROMAN}|J\.-C\.")
_BEFORE_SMALL = re.compile(
    rf"(?<![^\W_])(?:{'|'.join(f'{_REFERENCES} {_TITLES} inc ltd corp bros jr sr etc'.split())}|[a-z]\.-?[a-z])\.$",
    re.IGNORECASE,
)
_SMALL_LETTER = re.compile(_SMALL)
_BEFORE_NAME = _ends_with(_TITLES)
# titles that are other words in other letters (MS, a brig), or after a name: Ken Alder Sr.
_WRITTEN_TITLE = re.compile(r"(?<![^\W_])(?:Ms|Brig|Sig)\.$|(?:^|[^\w\s]\s*|(?<![^\W_])[^\W\d_A-Z]\w*\s+)Sr\.$")
_FIRST_TITLE = re.compile(r"(?<![^\W_])(?:Rt|Assoc|Asst)\.$")
_SECOND_TITLE = re.compile(r"(?:Hon|Prof|Sec)\.")
_CITED = re.compile(
    rf"(?<![^\W_])(?:{'|'.join(_REFERENCES.split())})\.?\s*[(\[][^()\[\]]{{1,40}}[)\]]$|(?<![^\W_])al\.,?$",
    re.IGNORECASE,
)
_TIME = re.compile(r"\d\s*[ap]\.\s?m\.$", re.IGNORECASE)
_AFTER_TIME = re.compile(
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?|January|February|March|April|May|June|July|August|September"
    r"|October|November|December|[A-Z]{1,2}[DS]?T|UTC|GMT|CES?T|local|sharp)\b"
)
_DEGREES = re.compile(r"(?<![^\W_])deg\.$", re.IGNORECASE)
_SCALE = re.compile(r"[CFK]\b")
_ORDINAL = re.compile(
    r"(?<![^\W_])(?:der|die|das|dem|den|des|am|im|vom|zum|zur|bis|ab|seit|ein\w*|jede\w*)\s+\d{1,2}\.$", re.IGNORECASE
)
_DATE = re.compile(r"(?<![\d.,])\d{1,2}\.$")
_MONTH = re.compile(r"(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b")
_DOTTED = re.compile(r"(?:[^\W\d_]{1,3}\.){2,}|(?:Mr|Mrs|Ms|Dr|Prof|St|Mt|Rev|Gen|Col|Capt|Lt|Sgt|Sen|Rep|Gov)\.")
_NUMBERING = re.compile(r"[-*•‣◦⁃#>\s]*\(?(?:\d{1,3}|[A-Za-z]|[ivx]{2,4}|[IVX]{2,4})[.)]+")
_ABOVE = re.compile(r"(?:above|below|and|or)\b")

# words that begin a sentence after an abbreviation that may end one
OPENERS = (
    "The|It|He|She|They|This|These|Those|That|There|Then|We|But|When|After|However|His|Her|Their|Its|Our|You|While|"
    "Although|Because|Since|Such|Some|Many|Most|Both|Each|Every|What|Where|Who|Why|How|Here|Now|Yet|Later|Today|"
    r"(?:In|On|At|As|By|For|From|If|To|With|And|So|No|An|A|I|Of|One|Two|All|Not)(?=\s+[\da-z])"
)
_OPENER = re.compile(rf"[\"“‘(]?(?:{OPENERS})\b")

ENDING = re.compile(
    rf"(?<![^\W_.])(?:(?:[A-Za-z]\.){{2,}}|(?:Inc|Ltd|Co|Corp|Jr|Sr|Bros|etc|St|Ave|Blvd|Rd)\.)[\"”’)\]]*(?=\s+(?:{OPENERS})\b)"
)
"""An abbreviation at which a sentence ends, as a word follows that begins one."""
_UNIT = "mm|cm|dm|m|km|in|ft|yd|mi|s|sec|secs|min|mins|h|hr|hrs|mg|g|kg|t|ml|cl|dl|l|lb|lbs|oz|gal|ha|bn"
MEASURE = re.compile(
    rf"\d[^\S\n]?(?:[^\W\d_]{{1,3}}/)?(?:{_UNIT})\.[\"”’)\]]*(?=\s+[\"“‘(\[]?(?:[A-Z][a-z’'][\w’'-]*|[AI])\s)"
)
"""A unit after a figure, at which a sentence ends before a word with a capital: it is no initial, nor a title."""
_AFTER_MEASURE = re.compile(rf"\d[^\S\n]?(?:[^\W\d_]{{1,3}}/)?(?:{_UNIT})\.[\"”’)\]]*$")
_NEVER_ENDING = re.compile(r"(?:e\.g|i\.e|z\.b|d\.h|u\.a)\.$", re.IGNORECASE)


def ends_before(abbreviation: str) -> bool:
    """Whether an ``ENDING`` abbreviation may end a sentence at all: "e.g." never does."""
    return not _NEVER_ENDING.search(abbreviation)


def is_numbering(piece: str) -> bool:
    """Whether this is nothing but the number of a list item, or an abbreviation of dotted letters."""
    return bool(_NUMBERING.fullmatch(piece) or _DOTTED.fullmatch(piece))


def goes_on(left: str, right: str) -> bool:
    """Whether a sentence goes on at a full stop. ``left``: what stands before, ``right``: what follows, both without
    white space there."""
    if _ORDINAL.search(left) or (_DATE.search(left) and (_MONTH.match(right) or _ABOVE.match(right))):
        return True
    if _TIME.search(left) and (_AFTER_TIME.match(right) or _SMALL_LETTER.match(right)):
        return True
    if _DEGREES.search(left) and _SCALE.match(right):
        return True
    if _NUMBER.match(right):
        return bool(_BEFORE_NUMBER.search(left))
    if _SMALL_LETTER.match(right):
        return bool(_BEFORE_SMALL.search(left) or _CITED.search(left))
    if not right[:1].isupper() or _OPENER.match(right):
        return False
    if _AFTER_MEASURE.search(left):
        return False
    titles = _FIRST_TITLE.search(left) and _SECOND_TITLE.match(right)
    return bool(titles or _BEFORE_NAME.search(left) or _WRITTEN_TITLE.search(left))
