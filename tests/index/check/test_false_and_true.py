"""False sentences, each of which a careful reader would stop at, beside true ones in other words: what the check says.

Both are about the sample corpus. A false one has one word or two changed against what the sources say.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from index.check.draft import check_draft
from index.check.findings import Finding, FindingStatus
from index.search.index import Index
from index.types import Draft

MIN_TOLD, MAX_FALSE_ALARMS = 15, 1  # of 20 each

FALSE = {
    "Edward Stevens, who advised Parke-Davis, synthesised ketamine in 1962.": "Edward Stevens",
    "Edward Domino, a dentist, gave ketamine to the first human subject in 1964.": "dentist",
    "Berman and colleagues at Stanford reported that a single infusion eased depression within hours.": "Stanford",
    "The United Kingdom moved ketamine to class A in 2014.": "class A",
    "The United States placed ketamine in Schedule II in 1999.": "Schedule II",
    "Calvin Stevens, a physics professor at Harvard University, synthesised ketamine in 1962.": "Harvard University",
    "Guenter Corssen, a psychologist, gave ketamine to the first human subject with Edward Domino.": "psychologist",
    "Shahani and colleagues in Boston described nine patients with painful bladders in 2007.": "Boston",
    "Chu and colleagues published a series of 59 patients from Tokyo in BJU International.": "Tokyo",
    "Alcohol scored 55 and heroin 72 in the Lancet ranking of 2010.": "55",
    "In 2007 ketamine was ranked eighth of twenty, behind heroin, cocaine, methadone and alcohol.": "eighth",
    "The physician Robert Lilly published accounts of his own use of ketamine in 1978.": "Robert Lilly",
    "The spray starts at 56 mg and continues at 56 or 84 mg three times a week for four weeks.": "three times a week",
    "The Ryan Haight Act of 2012 requires an in-person visit before prescribing by video.": "2012",
    "NICE recommended esketamine in England in 2022.": "recommended",
    "Canada lists ketamine in Schedule III of its Controlled Drugs and Substances Act.": "Schedule III",
    "In March 2015 the UN Commission on Narcotic Drugs put off a proposal by India to schedule ketamine.": "India",
    "Domino told the story in the Lancet in 2010 under the title “Taming the ketamine tiger”.": "Lancet",
    "Green and colleagues combined the records of 8,282 adults; vomiting occurred in 7.6 % of them.": "7.6 %",
    "A Dutch patent for ketamine came in 1963 and a US patent in 1966.": "Dutch",
}
"""Each with the words that are wrong in it."""

TRUE = (
    "Ketamine was first made in 1962 by Calvin Stevens.",
    "Domino, a pharmacologist, and the anaesthetist Corssen first gave the drug to a person on 3 August 1964.",
    "Their twenty volunteers were prisoners in the US state of Michigan.",
    "In America the Food and Drug Administration approved ketamine for people in 1970.",
    "Britain has counted ketamine as a class B drug since 2014.",
    "In the United States ketamine is in Schedule III.",
    "Berman's team at Yale found in 2000 that one small infusion relieved depression within hours.",
    "Nine daily users with painful bladders were described in Toronto in 2007.",
    "Alcohol came first in the Lancet ranking of 2010, with a score of 72.",
    "Ketamine scored 15 in 2010, as many as benzodiazepines.",
    "The FDA approved the esketamine nasal spray on 5 March 2019.",
    "Patients must be watched for two hours or more after each dose of the spray.",
    "The World Health Organization has had ketamine on its list of essential medicines since 1985.",
    "About 12 % of patients have an emergence reaction on waking.",
    "In a survey by Winstock, 26.6 % of past-year users of ketamine reported urinary symptoms.",
    "Ketamine blocks the NMDA receptor.",
    "Around 93 % of ketamine reaches the circulation when it is injected into a muscle.",
    "Green and colleagues looked at 8,282 children who had been sedated with ketamine.",
    "Ketamine became a class C drug in the United Kingdom in 2006.",
    "Chu and colleagues wrote about 59 patients in Hong Kong.",
)


TURNED_ROUND = {
    "Dalton and colleagues counted 283 deaths in England between 1997 and 2019.": "Dalton",
    "Shahani and colleagues published a series of 59 patients from Hong Kong in BJU International.": "Shahani",
    "The liver turns norketamine into ketamine, which is weaker but still active.": "norketamine into ketamine",
    "Parke-Davis advised Calvin Stevens, a chemistry professor.": "Parke-Davis advised Calvin Stevens",
    "Corkery and colleagues found no deaths in England between 1997 and 2019.": "no",
    "Women reported anxiety, low mood and shaking less than men in Taipei.": "less than men",
    "Ketamine was ranked ahead of heroin and cocaine in 2007.": "ahead of heroin and cocaine",
    "All patients had dissociative or perceptual changes, says the label of 2019.": "All",
    "The writer John Lilly published accounts of his own repeated use in 1978.": "writer",
    "India put off a proposal to place ketamine in a schedule in March 2015.": "India",
    "Cannabis had an overall score of 26.": "26",
    "Possession of a class C drug carries at most 5 years in prison.": "at most 5 years",
    "Most adults entering treatment in England have ketamine as a problem drug.": "Most",
    "All infusions in the pooled data of Wan were stopped early.": "All",
}
"""Sentences that turn round who did what, an order or a table, or go too far, each with what is wrong in it."""

AS_IT_IS = (
    "Ketamine is turned into norketamine by the liver.",
    "Ketamine was ranked behind heroin and cocaine in 2007.",
    "Crack cocaine had an overall score of 54.",
    "For class C drugs the longest sentence for possession is two years.",
    "About one patient in eight has an emergence reaction.",
    "Ketamine went on the WHO list of essential medicines in 1985.",
    "Norketamine acts more weakly than ketamine.",
    "Ketamine was class C in Britain before it became class B.",
    "The physician John Lilly and the writer Marcia Moore published accounts in 1978.",
)


def finding_of(index: Index, sentence: str) -> Finding:
    (finding,) = check_draft(index, Draft(sentence)).findings
    return finding


def marked_words(finding: Finding) -> list[str]:
    """The words of the sentence that differ, or that no passage has; empty for one that is simply found."""
    differing = [difference.draft for evidence in finding.evidence for difference in evidence.counted_differences]
    spans = [*(differing if finding.status is FindingStatus.DIFFERS else []), *finding.missing_spans]
    return [finding.sentence.text[slice(*span)] for span in spans]


@pytest.fixture(scope="module")
def index(sample_library: Path) -> Index:
    return Index.open(sample_library)


def test_what_is_wrong_is_told_where_it_stands(index: Index) -> None:
    found = {sentence: marked_words(finding_of(index, sentence)) for sentence in FALSE}
    missed = [
        (sentence, found[sentence])
        for sentence, wrong in FALSE.items()
        if not any(wrong in words or words in wrong for words in found[sentence])
    ]
    assert len(FALSE) - len(missed) >= MIN_TOLD, missed


def test_what_is_right_in_other_words_raises_no_alarm(index: Index) -> None:
    findings = [finding_of(index, sentence) for sentence in TRUE]
    alarms = [
        (finding.sentence.text, finding.status.value, marked_words(finding))
        for finding in findings
        if finding.status is not FindingStatus.FOUND or marked_words(finding)
    ]
    assert len(alarms) <= MAX_FALSE_ALARMS, alarms


@pytest.mark.parametrize(("sentence", "wrong"), TURNED_ROUND.items())
def test_what_is_turned_round_is_told_where_it_stands(index: Index, sentence: str, wrong: str) -> None:
    assert any(wrong in words or words in wrong for words in marked_words(finding_of(index, sentence)))


@pytest.mark.parametrize("sentence", AS_IT_IS)
def test_the_same_from_another_side_is_found(index: Index, sentence: str) -> None:
    assert finding_of(index, sentence).label == "found"


def test_the_evidence_of_a_row_is_that_row(index: Index) -> None:
    best = finding_of(index, "Cannabis had an overall score of 20.").evidence[0]
    assert (best.text, best.hit.key_sentence) == ("Cannabis | 20", best.span)
