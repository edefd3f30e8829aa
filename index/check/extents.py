"""How far a sentence goes: "all", "most", "none", "only". A passage that goes less far does not bear it out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.differences import parse_statement
from index.text.lexicon import NUMBER_WORDS
from index.types import Span

_NUMBER = rf"(?:[\d~≈∼]|(?:{'|'.join(NUMBER_WORDS)})\b)"

# For each extent its words in a sentence, then those in a passage that may bear it out, which are more.
_EXTENTS = {
    "all": (
        r"(?<!have )(?<!has )(?<!had )(?<!were )(?<!are )(?<!in )(?<!at )(?<!of )(?<!after )(?<!they )(?<!we )"
        rf"all(?= (?!{_NUMBER}|but\b|along\b|over\b|around\b|time\b|round\b))"
        r"|every(?:one|body)?(?! (?:other|few|now)\b)|always|entirely|wholly|invariably|without exception",
        r"all|every\w*|each|always|entire\w*|complete(?:ly)?|whol\w+|any\w*|through(?:out)?|invariabl\w+|full\w*|total\w*"
        r"|without exception|universal\w*|ever|across|100 ?%",
    ),
    "most": (
        r"(?:^|(?<=[.,;:] )|(?<=\b(?:in|of|to|by) )|(?<=\b(?:for|and|but) )|(?<=\b(?:that|with) ))most"
        r"(?= of (?!all\b)| (?!\w+(?:ly|ed|ing|ant)\b|recent|likely|famous|popular|common|other)[a-z])"
        r"|(?:the|a)(?: (?:vast|great|large|clear|overwhelming))? majority|mostly",
        r"most\w*|majorit\w+|main\w*|largely|larger|general\w*|usual\w*|primar\w+|chief\w*|predominan\w+|common\w*"
        r"|often|typical\w*|normal\w*|principal\w*|two[- ]thirds|three[- ](?:fifths|quarters)|four[- ]fifths|half"
        r"|wide\w*|overwhelming\w*|frequent\w*|almost|nearly|mass|regular\w*|tend\w*|all|every\w*|each|always|any|nine|ten"
        r"|\d+ (?:out )?of (?:the )?\d+",
    ),
    "none": (
        r"no(?= [a-z])(?! (?:longer|more|less|fewer|doubt|matter|sooner|other|better|small|wonder|one of)\b)"
        r"|none|nobody|no one|nothing(?! (?:but|less|more)\b)|never(?! (?:before|again)\b)|nowhere",
        r"no|none|nobody|nothing|never|neither|nor|not|\w+n['’]t|cannot|nowhere|without|zero|0|lack\w*|absen\w+|fail\w*"
        r"|un\w+|in\w+|im\w+|dis\w+|ir\w+|non\w*|\w+less|free|refus\w+|den(?:y|ied|ies|ial)|reject\w*|except\w*|little|few\w*|hardly"
        r"|rarely|seldom|barely|avoid\w*|prevent\w*|stop\w*|los[et]\w*|false\w*|ban(?:s|ned)?|prohibit\w*|instead|exclu\w+|ex|only|yet"
        r"|rather|abandon\w*|cancel\w*|ceas\w+|miss\w*|empty|remain\w*|clear\w*|ruled? out|turn(?:ed|s) down|before",
    ),
    "only": (
        r"(?<!\bnot )(?<!\bif )(?<!\bthe )only"
        rf"(?! (?:{_NUMBER}|about\b|some\b|after\b|when\b|once\b|until\b|if\b|because\b|an?\b|recently\b))"
        r"|(?<=\bthe )only(?! child\b)|solely|exclusively|nothing but|no other",
        r"only|sole\w*|exclusive\w*|mere\w*|alone|pure\w*|just|single|but|unique\w*|one|first|limit\w*|restrict\w*"
        r"|except\w*|entire\w*|no|not|nothing|none|all|remaining|last|other",
    ),
}
_PATTERNS = {
    name: (re.compile(rf"\b(?:{words})\b", re.I), re.compile(rf"(?<!\w)(?:{equivalents})(?!\w)", re.I))
    for name, (words, equivalents) in _EXTENTS.items()
}


def missing_extents(sentence: str, texts: Sequence[str]) -> list[Span]:
    """The words for an extent that no text has in any form, in order. A share of more than half is most."""
    missing = []
    for name, (words, equivalents) in _PATTERNS.items():
        spans = [Span(*match.span()) for match in words.finditer(sentence) if not _is_name(sentence, match.start())]
        if spans and not any(equivalents.search(text) or (name == "most" and _has_most(text)) for text in texts):
            missing += spans
    return sorted(missing)


def _is_name(sentence: str, start: int) -> bool:
    """Whether a word has a capital that does not come from its place: "No Country for Old Men"."""
    return sentence[start].isupper() and sentence[:start].rstrip()[-1:].isalpha()


def _has_most(text: str) -> bool:
    figures = parse_statement(text).figures
    return any(figure.value.dimension == "share" and figure.value.low > 0.5 for figure in figures)
