"""The words beside a date that say what happened on that day, in the languages whose dates are read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Label(StrEnum):
    """What the words beside a date say of it. HISTORY: a step before the publication, such as "accepted"; NEVER: no
    date of the document, such as a birth or a deadline."""

    PUBLISHED = "published"
    UPDATED = "updated"
    HISTORY = "history"
    NEVER = "never"
    NONE = ""


_LABELS: Mapping[Label, str] = MappingProxyType(
    {
        Label.PUBLISHED: (
            r"(?:published|posted)(?: and|/| &)? (?:last )?updated|publi(?:shed|cation)(?! history)|posted|issued?"
            r"|written|date of (?:the )?(?:report|issue|publication|letter|document)|report(?:ed)? date|released?|dated"
            r"|(?:ver|er)öffentlicht|veroeffentlicht|erschienen|erscheinungs\w*|ausgestellt|stand|publiée?|parue?|émis"
            r"|publicad[oa]|publicación|publicação|emitid[oa]|pubblicat[oa]|pubblicazione|uscit[oa]|gepubliceerd"
            r"|gepost|geplaatst|publicatiedatum|opublikowan[oay]|data publikacji|dodano|опубликован[оа]?"
            r"|дата публикации|publicera[dt]|publiceret|publisert|udgivet|julkaistu|发布|发表|公開|発行|게시|발행"
        ),
        Label.UPDATED: (
            r"updated?|modified|last (?:edited|changed|reviewed|revised)|reviewed|aktualisiert|geändert|mise? à jour"
            r"|modifiée?|actualizad[oa]|modificad[oa]|actualización|atualizad[oa]|atualização|aggiornat[oa]|aggiornamento"
            r"|modificat[oa]|bijgewerkt|gewijzigd|zaktualizowan[oay]|aktualizacja|обновлен[оа]?|обновлён|изменен[оа]?"
            r"|uppdatera[dt]|opdateret|oppdatert|päivitetty|更新|수정"
        ),
        Label.HISTORY: (
            r"submitted|received|accepted|revised|revision|resubmitted|eingereicht|eingegangen|angenommen|reçue?|acceptée?"
            r"|soumise?|recibid[oa]|aceptad[oa]|enviad[oa]|recebid[oa]|aceit[oa]|ricevut[oa]|accettat[oa]|ontvangen"
            r"|geaccepteerd|otrzyman[oay]|przyjęt[oay]|получен[оа]?|принят[оа]?"
        ),
        Label.NEVER: (
            r"date of (?:birth|death)|born|birth\w*"
            r"|d\. ?o\. ?b|dob|died|death|due|payable|pay(?:ment)? by|valid|until|expir\w+|deadline|closing"
            r"|visited|accessed|retrieved|checked|viewed|downloaded|printed|archived|held|takes? place|event|starts?"
            r"|begins?|ends?|starting|opens?|closes?|coming|upcoming|next|meetings?|agenda|calendar|registration"
            r"|join us|save the date|tickets?|founded|established|since|today|heute|aujourd'hui|current (?:date|time)"
            r"|effective|in force|next review|review by|renewal|register by|apply by|copyright|©|\(c\)"
            r"|geb(?:oren)?|geburts\w*|fällig\w*|zahlbar|gültig|ablauf\w*|abgerufen|besucht|née?|naissance|échéance"
            r"|valable|expire|consultée?|nacid[oa]|nacimiento|vence|vencimiento|válid[oa]|consultad[oa]|nascid[oa]"
            r"|nascimento|validade|acessad[oa]|acesso em|nat[oa] il|nascita|scade|scadenza|consultat[oa]|ultimo accesso"
            r"|geboortedatum|vervalt|vervaldatum|geraadpleegd|urodzon[ya]|data urodzenia|termin|ważn[yae]|dostęp"
            r"|родил\w{2,3}|дата рождения|действителен|срок|дата обращения|född|født|出生|生年月日"
        ),
    }
)
_LETTER = "[a-zß-ÿā-žа-яё]"
_LABEL = re.compile(
    "|".join(rf"(?P<{label.name}>(?<!{_LETTER})(?:{words})(?!{_LETTER}))" for label, words in _LABELS.items()),
    re.IGNORECASE,
)


def is_label(line: str) -> bool:
    """Whether a line is nothing but the label of what follows."""
    return (line.endswith(":") and len(line.split()) <= 4) or _LABEL.fullmatch(line.strip(" :|*_")) is not None


def last_label(text: str) -> Label:
    """The label nearest to the end of a text."""
    matches = list(_LABEL.finditer(text))
    return Label[matches[-1].lastgroup or "NONE"] if matches else Label.NONE
