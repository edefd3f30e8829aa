"""The names of months in the languages whose dates are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from index.text.lexicon import MONTHS

# Each line has the twelve months in the order of the year; forms of one month are joined by "/".
_NAMES = (
    " ".join(f"{month}/{month[:3]}" for month in MONTHS).replace("september/sep", "september/sep/sept"),
    "januar/jänner februar/feb/feber märz/maerz april/apr mai juni/jun juli/jul august/aug september/sep oktober/okt"
    " november/nov dezember/dez",
    "janvier/janv/jan février/févr/fév/fevrier mars avril/avr mai juin juillet/juil août/aout septembre/sept octobre"
    "/oct novembre/nov décembre/déc/decembre",
    "enero/ene febrero/feb marzo/mar abril/abr mayo junio/jun julio/jul agosto septiembre/setiembre/sept octubre/oct"
    " noviembre/nov diciembre/dic",
    "janeiro/jan fevereiro/fev março/marco abril/abr maio junho/jun julho/jul agosto setembro outubro novembro/nov"
    " dezembro/dez",
    "gennaio/genn/gen febbraio/febbr/feb marzo/mar aprile/apr maggio giugno/giu luglio/lug agosto settembre/sett"
    " ottobre/ott novembre/nov dicembre/dic",
    "januari/jan februari/feb maart/mrt april/apr mei juni/jun juli/jul augustus/aug september/sep oktober/okt"
    " november/nov december/dec",
    "stycznia/styczeń lutego/luty marca/marzec kwietnia/kwiecień maja/maj czerwca/czerwiec lipca/lipiec"
    " sierpnia/sierpień września/wrzesień października/październik listopada/listopad grudnia/grudzień",
    "января/январь/янв февраля/февраль/февр/фев марта/март/мар апреля/апрель/апр мая/май июня/июнь/июн июля/июль/июл"
    " августа/август/авг сентября/сентябрь/сент/сен октября/октябрь/окт ноября/ноябрь/нояб/ноя декабря/декабрь/дек",
    "januari/januar februari/februar mars/marts april maj juni juli augusti/august september oktober november"
    " december/desember/des",
    "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta"
    " marraskuuta joulukuuta",
    "ledna/leden února/únor března/březen dubna/duben května/květen června/červen července/červenec srpna/srpen"
    " září října/říjen listopadu prosince/prosinec",
)
# These are words of other kinds as well ("sold out 2023"): only a day in front of them tells that they are months.
_AFTER_A_DAY = "- - - - mag - - ago/ag set out - -"


def _forms(lines: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    for line in lines:
        for number, forms in enumerate(line.split(), start=1):
            yield from ((form, number) for form in forms.split("/") if form != "-")


MONTH_NUMBERS: Mapping[str, int] = MappingProxyType(dict(_forms((*_NAMES, _AFTER_A_DAY))))
"""The number of a month by its name or abbreviation, in small letters."""


def _pattern(lines: tuple[str, ...]) -> str:
    return "|".join(sorted({form for form, _ in _forms(lines)}, key=len, reverse=True))


MONTH, MONTH_AFTER_DAY = _pattern(_NAMES), _pattern((*_NAMES, _AFTER_A_DAY))
"""Patterns of the names, and of those that a day stands in front of."""
