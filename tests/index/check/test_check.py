"""The check of a draft: its sentences, their evidence, and the differences between the two."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.__main__ import main
from index.check.draft import DraftCheck, Finding, FindingStatus, check_draft
from index.check.evidence import MAX_SOURCES
from index.check.judge import CrossEncoder, Opinion
from index.check.sentences import SentenceKind, sentences_of
from index.errors import ModelError, ReadError
from index.output.terminal import format_check as lines_of
from index.search.index import Index, ScoredCandidates
from index.search.query import Query
from index.types import Confidence, Draft, Filter, Span
from ingest.draft import draft_of_text, read_draft
from tests.making import GOLDEN


@pytest.fixture(scope="module")
def index(sample_library: Path) -> Index:
    return Index.open(sample_library)


@pytest.fixture(scope="module")
def golden(index: Index) -> DraftCheck:
    return check_draft(index, read_draft((GOLDEN / "draft.md").read_bytes(), "draft.md"))


def golden_entry(finding: Finding) -> dict[str, object]:
    """A sentence as the golden file has it, with the notes on its first evidence and the status of its quotations."""
    best = finding.evidence[0] if finding.evidence else None
    is_covered = finding.status in (FindingStatus.FOUND, FindingStatus.DIFFERS)
    return {
        "text": finding.sentence.text,
        "kind": finding.sentence.kind.value,
        "status": finding.status.value,
        "source": best.hit.source.location if best and is_covered else None,
        "differences": [f"{difference.kind}: {difference.note}" for difference in (best.differences if best else ())],
        "quotations": [quote.located.status.value for quote in finding.quotes],
    }


# the golden draft -------------------------------------------------------------------------------------------------


def test_errors_of_each_kind_are_found_where_they_were_planted(golden: DraftCheck) -> None:
    """Beside sentences that the sources bear out, that none of them says, and with nothing to check."""
    expected = json.loads((GOLDEN / "draft.json").read_text(encoding="utf-8"))
    assert [golden_entry(finding) for finding in golden.findings] == expected


def test_what_is_marked_stands_where_it_is_said_to(index: Index, golden: DraftCheck) -> None:
    """Sentences and differences are slices of the draft, evidence slices of its document."""
    text = golden.draft.text
    for finding in golden.findings:
        assert text[slice(*finding.sentence.span)] == finding.sentence.text
        for evidence in finding.evidence:
            passage = evidence.hit.passage
            _, document = index.store.documents.load(evidence.hit.source.id)
            assert document.text[slice(*passage.span)] == passage.text
            assert evidence.span.within(passage.span)
            assert evidence.hit.key_sentence is not None
            assert evidence.hit.key_sentence.within(evidence.span)
            for difference in evidence.differences:
                assert difference.draft.within(finding.sentence.span)
                assert difference.source.within(evidence.span)
    differs = next(finding for finding in golden.findings if "36.6" in finding.sentence.text)
    (difference,) = differs.evidence[0].differences
    passage = differs.evidence[0].hit.passage
    assert "36.6" in text[slice(*difference.draft)]
    assert "26.6" in passage.slice(difference.source)


def test_each_source_speaks_once_for_a_sentence(golden: DraftCheck) -> None:
    for finding in golden.findings:
        sources = [evidence.hit.source.id for evidence in finding.evidence]
        assert len(sources) == len(set(sources)) <= MAX_SOURCES
        assert [evidence.hit.rank for evidence in finding.evidence] == list(range(1, len(sources) + 1))
        assert bool(sources) == (finding.sentence.kind is not SentenceKind.OTHER)
    assert len({source.id for source in golden.sources}) == len(golden.sources)


def test_a_filter_narrows_the_evidence(index: Index) -> None:
    """A draft held against one source finds nothing in others."""
    draft = draft_of_text("Calvin Stevens synthesised ketamine in 1962.")
    (unfiltered,) = check_draft(index, draft).findings
    first = unfiltered.evidence[0].hit.source
    (narrowed,) = check_draft(index, draft, Filter(sources=(first.id,))).findings
    assert [evidence.hit.source.id for evidence in narrowed.evidence] == [first.id]
    (without,) = check_draft(index, draft, Filter(without=(first.id,))).findings
    assert first.id not in {evidence.hit.source.id for evidence in without.evidence}


def test_a_source_that_agrees_outweighs_one_that_differs(index: Index) -> None:
    """The surveys' figures differ; the one that the sentence gives is found, and the others' are still shown."""
    draft = draft_of_text("In an online survey 8.55 % of past-year users of ketamine met criteria for dependence.")
    (finding,) = check_draft(index, draft).findings
    assert finding.status is FindingStatus.FOUND


def finding_of(index: Index, text: str) -> Finding:
    (finding,) = check_draft(index, draft_of_text(text)).findings
    return finding


@pytest.mark.parametrize(
    ("sentence", "missing"),
    [
        ("Calvin Stevens synthesised ketamine in Toledo at the age of 41.", ("Toledo", "41")),
        ("Calvin Stevens synthesised ketamine in 1962.", ()),
        ("The half-life of ketamine is two and a half hours.", ()),
    ],
)
def test_what_no_passage_has_is_told_beside_what_is_found(
    index: Index, sentence: str, missing: tuple[str, ...]
) -> None:
    """No verdict: it is found all the same."""
    finding = finding_of(index, sentence)
    assert finding.status is FindingStatus.FOUND
    assert finding.missing_words == missing
    assert tuple(sentence[slice(*span)] for span in finding.missing_spans) == missing
    passages = " ".join(evidence.hit.passage.text for evidence in finding.counted_evidence)
    assert not any(words in passages for words in missing)


def test_what_differs_or_is_not_found_or_quoted_is_not_told_as_missing(index: Index) -> None:
    assert finding_of(index, "Calvin Stevens synthesised ketamine in 1972.").missing_words == ()
    assert finding_of(index, "The tower of Pisa leans by 4.1 degrees since 1372.").missing_words == ()
    quoted = "“On 3 August 1964 Edward Domino, a pharmacologist, and Guenter Corssen, an anaesthetist, gave it.”"
    assert finding_of(index, quoted).missing_words == ()


def test_what_is_missing_moves_with_its_sentence(index: Index) -> None:
    sentence = "Calvin Stevens synthesised ketamine in Toledo at the age of 41."
    before = check_draft(index, draft_of_text(sentence))
    text = f"Calvin Stevens synthesised ketamine in 1962. {sentence}"
    again = check_draft(index, draft_of_text(text), previous=before)
    assert [text[slice(*span)] for span in again.findings[1].missing_spans] == ["Toledo", "41"]
    assert again == check_draft(index, draft_of_text(text))


def test_a_sentence_that_leans_on_another_is_read_with_it(index: Index) -> None:
    """With another sentence before, it is another; the report says what it was read with."""
    first, second = "Calvin Stevens synthesised ketamine in 1962.", "It was approved for use in people in 1975."
    checked = check_draft(index, draft_of_text(f"{first} {second}"))
    finding = checked.findings[1]
    assert (finding.read_with, finding.status) == (first, FindingStatus.DIFFERS)
    assert [difference.note for difference in finding.evidence[0].differences] == ["1975 against 1970"]
    assert f"   read with “{first}”" in list(lines_of(checked))
    assert checked.findings[0].read_with == finding_of(index, second).read_with == ""
    other = draft_of_text(f"Phencyclidine was made in 1956. {second}")
    assert check_draft(index, other, previous=checked) == check_draft(index, other)


def test_what_is_not_found_is_shown_with_what_comes_nearest(index: Index) -> None:
    checked = check_draft(index, draft_of_text("The tower of Pisa leans by 4.1 degrees since 1372."))
    (finding,) = checked.findings
    assert (finding.status, finding.leading_evidence) == (FindingStatus.NOT_FOUND, ())
    assert finding.nearest_evidence == finding.evidence[:2]
    lines = list(lines_of(checked))
    nearest = lines[lines.index("   the nearest passages:") :]
    assert (
        sum(line.endswith(f"source {evidence.hit.source.id}") for line in nearest for evidence in finding.evidence[:2])
        == 2
    )


def test_a_source_that_is_silent_on_the_point_does_not_agree(index: Index) -> None:
    """Another names the review and its year, but no journal that the sentence names."""
    finding = finding_of(index, "Morgan and Curran published their review in the Lancet in 2012.")
    best, *rest = finding.evidence
    assert [difference.note for difference in best.counted_differences] == ["Lancet against Addiction"]
    assert any(not evidence.differs and evidence.share >= best.share for evidence in rest)
    assert finding.status is FindingStatus.DIFFERS


def test_figures_that_changed_places_differ(index: Index) -> None:
    swapped = "In the trial by Anand and colleagues 41.2 % responded to ketamine and 55.4 % to ECT."
    assert finding_of(index, swapped).status is FindingStatus.DIFFERS
    assert finding_of(index, "Heroin scored 72 and alcohol 55 in the ranking of harms.").status is FindingStatus.DIFFERS
    right = "In the trial by Anand and colleagues 55.4 % responded to ketamine and 41.2 % to ECT."
    assert finding_of(index, right).status is FindingStatus.FOUND


def test_sources_that_disagree_are_told_though_one_agrees(index: Index) -> None:
    """One that differs is among the two that are read first."""
    finding = finding_of(index, "The half-life of ketamine is 2 to 4 hours.")
    assert finding.status is FindingStatus.FOUND
    assert [evidence.counted_differences[0].note for evidence in finding.disagreeing_evidence] == [
        "2 to 4 hours against two to three hours"
    ]
    assert finding.leading_evidence[1] is finding.disagreeing_evidence[0]
    assert f"sources disagree: 1 of {len(finding.counted_evidence)} sources differs" in finding.remarks
    alone = finding_of(index, "Calvin Stevens synthesised ketamine in 1962.")
    assert (alone.disagreeing_evidence, alone.remarks) == ((), [])


def test_a_source_with_an_altered_quotation_differs_there_too(golden: DraftCheck) -> None:
    """A row and its cells say the same."""
    finding = next(finding for finding in golden.findings if any(quote.is_changed for quote in finding.quotes))
    (source,) = finding.quotes[0].sources
    assert (finding.status, finding.status_in(source.id)) == (FindingStatus.DIFFERS, FindingStatus.DIFFERS)
    assert finding.differences_in(source.id)
    assert source in golden.sources
    assert finding.status_in("no source") is None


# checking again ---------------------------------------------------------------------------------------------------


def test_checking_again_does_only_what_changed(
    index: Index, golden: DraftCheck, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sentence that moved has the same finding at its new position; only the new sentence is searched for."""
    ranked: list[str] = []
    rank = index.rank

    def recording_rank(queries: Sequence[Query], **options: Any) -> Iterator[ScoredCandidates]:
        ranked.extend(query.text for query in queries)
        return rank(queries, **options)

    monkeypatch.setattr(index, "rank", recording_rank)
    new = "Ketamine tablets are taken with food."
    text = golden.draft.text.replace("## Harm", f"{new}\n\n## Harm")
    again = check_draft(index, read_draft(text.encode(), "draft.md"), previous=golden)
    assert ranked == [new]
    monkeypatch.undo()
    assert again == check_draft(index, read_draft(text.encode(), "draft.md"))


@pytest.mark.parametrize("changed", [{"generation": -1}, {"settings": {}}, {"model": "another"}])
def test_what_was_found_under_other_settings_is_not_taken_over(
    index: Index, golden: DraftCheck, changed: dict[str, Any]
) -> None:
    """Nor is it when the library was written anew."""
    stale = tuple(replace(finding, confidence=Confidence.NONE) for finding in golden.findings)
    assert check_draft(index, golden.draft, previous=replace(golden, findings=stale)) != golden
    assert check_draft(index, golden.draft, previous=replace(golden, findings=stale, **changed)) == golden


# a judge ----------------------------------------------------------------------------------------------------------


class Doubter:
    """Doubts what has a figure in it."""

    name = "doubter"

    def __init__(self) -> None:
        self.pairs: list[tuple[str, str]] = []

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Opinion]:
        self.pairs += pairs
        doubted = [any(map(str.isdigit, sentence)) for _, sentence in pairs]
        return [Opinion(self.name, "doubted" if doubt else "held", 0.9) for doubt in doubted]


def test_a_judge_has_an_opinion_and_no_say(index: Index, golden: DraftCheck) -> None:
    """It reads what counts as evidence; what was found stays as it was without it."""
    judge = Doubter()
    judged = check_draft(index, golden.draft, judge=judge)
    assert [finding.status for finding in judged.findings] == [finding.status for finding in golden.findings]
    counted = [(finding, evidence) for finding in judged.findings for evidence in finding.counted_evidence]
    assert judge.pairs == [(evidence.text, finding.sentence.text) for finding, evidence in counted]
    for finding, evidence in counted:
        assert evidence.opinion is not None
        assert evidence.opinion.label == ("doubted" if any(map(str.isdigit, finding.sentence.text)) else "held")
    assert not any(evidence.opinion for finding in golden.findings for evidence in finding.evidence)
    assert judged.settings["judge"] == "doubter"
    assert "   opinion of doubter: doubted, 90%" in list(lines_of(judged))
    assert check_draft(index, golden.draft, previous=judged) == golden


def test_a_judge_that_cannot_be_opened_is_an_error_in_a_line(
    sample_library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["check", str(GOLDEN / "draft.md"), "--library", str(sample_library), "--judge", str(tmp_path)]
    assert main(line) == 2
    assert "cannot be opened as a judge" in capsys.readouterr().err


def entailment(folder: Path, labels: int = 3) -> str:
    """A cross-encoder with random weights, as small as one can be."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    words = {word: number for number, word in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "ketamine", "harms"])}
    tokenizer = Tokenizer(models.WordLevel(words, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    ).save_pretrained(folder)
    names = dict(enumerate(["contradiction", "entailment", "neutral"][:labels]))
    shape = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 8}
    numbers = {name: number for number, name in names.items()}
    config = BertConfig(vocab_size=len(words), id2label=names, label2id=numbers, **shape)
    BertForSequenceClassification(config).save_pretrained(folder)
    return str(folder)


@pytest.mark.slow
def test_a_cross_encoder_gives_its_own_labels(tmp_path: Path) -> None:
    judge = CrossEncoder(entailment(tmp_path))
    opinions = judge.read([("ketamine harms", "harms"), ("ketamine", "ketamine harms")])
    assert [opinion.model for opinion in opinions] == [str(tmp_path)] * 2
    assert {opinion.label for opinion in opinions} <= {"contradiction", "entailment", "neutral"}
    assert all(1 / 3 <= opinion.share <= 1 for opinion in opinions)
    assert judge.read([]) == []


@pytest.mark.slow
def test_a_model_without_labels_is_no_judge(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no labels"):
        CrossEncoder(entailment(tmp_path, 1))


# sentences --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Is it addictive?",
        "Dear Ann Sample,",
        "Thank you for reading this far.",
        "Kind regards",
        "In this section we look at the history.",
        "This chapter describes what we found.",
        "Let us turn to the clinic.",
        "In conclusion,",
        "I think that this matters a great deal.",
        "I find the new hall rather ugly.",
        "The hall is the most beautiful building of all, in my opinion.",
        "We are delighted to announce our spring newsletter.",
        "12.5 48 1962",
        "***",
    ],
)
def test_what_claims_nothing_is_not_looked_for(text: str) -> None:
    assert [sentence.kind for sentence in sentences_of(Draft(text))] in ([SentenceKind.OTHER], [])


@pytest.mark.parametrize(
    "text",
    [
        "I think ketamine harms the bladder.",
        "In my opinion it was banned in 1962.",
        "In this survey 48 % answered yes.",
        "Ketamine works.",
        "Welcome changes came with the law of 1971, which moved the drug to another class in Britain and in Ireland.",
        "Thanks to the new rule, fewer patients drive home.",
    ],
)
def test_what_claims_something_is(text: str) -> None:
    assert [sentence.kind for sentence in sentences_of(Draft(text))] == [SentenceKind.CLAIM]


def test_a_sentence_that_is_mostly_quoted_is_a_quote() -> None:
    text = "She wrote: “Nothing of this has ever been measured.” He calls that “a slip of a tired pen” and talks on."
    spans = [Span(text.index("Nothing"), text.index("”")), Span(text.index("a slip"), text.index("” and"))]
    assert [sentence.kind for sentence in sentences_of(Draft(text), spans)] == [SentenceKind.QUOTE, SentenceKind.CLAIM]


@given(st.text(alphabet='ab. \n?“”"1-#>*', max_size=200))
def test_sentences_are_slices_in_order(text: str) -> None:
    """Whatever stands in a draft: no sentence overlaps another, and none is lost that has a letter or a figure."""
    sentences = sentences_of(Draft(text))
    assert [text[slice(*sentence.span)] for sentence in sentences] == [sentence.text for sentence in sentences]
    assert all(left.span.end <= right.span.start for left, right in pairwise(sentences))
    covered = {position for sentence in sentences for position in range(*sentence.span)}
    assert all(position in covered for position, sign in enumerate(text) if sign.isalnum())


# drafts in ------------------------------------------------------------------------------------------------------------


def test_headings_of_a_text_and_of_markdown_are_kept_apart() -> None:
    """Offsets count in the user's own text, the front matter included."""
    text = (
        "---\ntitle: A note\n---\n\n# Harm\n\nKetamine harms the bladder.\n\n- Use ends\n- Scars may stay for life.\n"
    )
    draft = read_draft(text.encode(), "note.md")
    assert draft.text == text
    kinds = {sentence.text: sentence.kind for sentence in sentences_of(draft)}
    assert kinds["# Harm"] is SentenceKind.OTHER
    assert kinds["Ketamine harms the bladder."] is SentenceKind.CLAIM
    assert kinds["- Scars may stay for life."] is SentenceKind.CLAIM
    plain = "Bladder harm\n\nKetamine harms the bladder, and the harm may outlast the use by many years.\n"
    assert [sentence.kind for sentence in sentences_of(draft_of_text(plain))] == [
        SentenceKind.OTHER,
        SentenceKind.CLAIM,
    ]


@pytest.mark.parametrize(
    "line",
    ["“Ketamine cures everyone it touches.”", "Ketamine cures all pain. [3]", "Ketamine cures all pain.[12, 14]"],
)
def test_a_line_that_ends_a_sentence_before_its_closing_marks_is_no_heading(line: str) -> None:
    draft = draft_of_text(f"{line}\n\nKetamine harms the bladder, and the harm may outlast the use by many years.\n")
    first, *_ = sentences_of(draft)
    assert (first.kind, first.text[:18]) == (SentenceKind.CLAIM, line[:18])


def test_a_title_quoted_after_a_label_stays_a_heading() -> None:
    draft = draft_of_text(
        "Myth 1: “It cures all.”\n\nKetamine harms the bladder, and the harm may outlast the use by many years.\n"
    )
    assert [sentence.kind for sentence in sentences_of(draft)] == [SentenceKind.OTHER, SentenceKind.CLAIM]


def docx(body: str, comments: str = "") -> bytes:
    """A document of the parts that Word cannot do without."""
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = "http://schemas.openxmlformats.org/package/2006/relationships"
    target = f'<Relationship Id="r1" Type="{office}/officeDocument" Target="word/document.xml"/>'
    beside = f'<Relationship Id="r2" Type="{office}/comments" Target="comments.xml"/>'
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{links}">{target}</Relationships>')
        archive.writestr("word/_rels/document.xml.rels", f'<Relationships xmlns="{links}">{beside}</Relationships>')
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{word}"><w:body>{body}</w:body></w:document>')
        archive.writestr("word/comments.xml", f'<w:comments xmlns:w="{word}">{comments}</w:comments>')
    return data.getvalue()


def test_of_a_docx_the_accepted_text_is_checked() -> None:
    """Insertions are in, deletions and comments out."""
    body = (
        "<w:p><w:r><w:t>Ketamine was made in </w:t></w:r><w:del><w:r><w:delText>1975</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>1962</w:t></w:r></w:ins><w:r><w:t> by Calvin Stevens.</w:t></w:r></w:p>"
    )
    comment = '<w:comment w:id="0"><w:p><w:r><w:t>Check this year.</w:t></w:r></w:p></w:comment>'
    draft = read_draft(docx(body, comment), "note.docx")
    assert draft.text == "Ketamine was made in 1962 by Calvin Stevens."


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"", "note.txt", "no text"),
        (b" \n\t", "note.md", "no text"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "note.txt", "PNG"),
        (bytes(range(256)) * 8, "note.txt", "note.txt"),
        (b"PK\x03\x04torn", "note.docx", "note.docx"),
        (b"text", "note.pages", "Save it as"),
    ],
)
def test_what_is_no_draft_is_said_in_a_line(data: bytes, name: str, message: str) -> None:
    with pytest.raises(ReadError, match=message) as caught:
        read_draft(data, name)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["12 48 1962\n\n3.5 %", "### ", "?!", "“Unclosed and “nested marks that go on"])
def test_odd_drafts_are_checked_without_complaint(index: Index, text: str) -> None:
    checked = check_draft(index, draft_of_text(text))
    assert all(finding.status in set(FindingStatus) for finding in checked.findings)


def test_another_language_is_not_found(index: Index) -> None:
    """No source says it in any language; the report warns that the model may not know the draft's."""
    text = "Der Hafen von Hamburg wurde im Jahre 1189 gegründet, so sagt es eine alte Urkunde. "
    checked = check_draft(index, draft_of_text(text * 4))
    assert {finding.status for finding in checked.findings} == {FindingStatus.NOT_FOUND}
    assert list(lines_of(checked))[1].startswith("The draft seems to be in German.")


def test_a_source_as_its_own_draft_is_found_whole(index: Index) -> None:
    """Every sentence of it that claims something is found, with nothing that differs, and its own document first."""
    source = next(
        source for source, _, _ in index.store.documents.sources() if source.location == "history-of-ketamine.md"
    )
    _, document = index.store.documents.load(source.id)
    start = document.text.index("## 1962")
    checked = check_draft(index, draft_of_text(document.text[start : document.text.index("## A line of dates")]))
    claims = [finding for finding in checked.findings if finding.sentence.kind is not SentenceKind.OTHER]
    assert len(claims) > 15
    assert {claim.status for claim in claims} == {FindingStatus.FOUND}
    assert {claim.evidence[0].hit.source.id for claim in claims} == {source.id}


# the command line -------------------------------------------------------------------------------------------------


def test_the_command_line_checks_a_file(sample_library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = ["check", str(GOLDEN / "draft.md"), "--library", str(sample_library)]
    assert main([*line, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert {"sentences", "counts", "sources", "generation", "model", "settings"} <= report.keys()
    sentence = next(sentence for sentence in report["sentences"] if "36.6" in sentence["text"])
    assert (sentence["kind"], sentence["status"]) == ("claim", "differs")
    hit = sentence["evidence"][0]
    assert {"rank", "text", "start", "end", "key_sentence", "parts", "source", "told", "differences"} <= hit.keys()
    (difference,) = hit["differences"]
    assert difference["kind"] == "number"
    assert (sentence["missing"], sentence["disagreeing"]) == ([], [])
    start, end = difference["source"]
    assert "26.6" in hit["text"][start - hit["start"] : end - hit["start"]]
    quotes = [quote["status"] for sentence in report["sentences"] for quote in sentence["quotations"]]
    assert quotes == ["verbatim", "altered", "not found"]
    assert main(line) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "5 found; 5 differ; 2 not found; 10 not checkable"
    assert "   ≠ number: 36.6 % against 26.6 %" in lines


def test_the_command_line_tells_what_is_missing(
    sample_library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "Calvin Stevens synthesised ketamine in Toledo at the age of 41."
    (tmp_path / "note.txt").write_text(text)
    line = ["check", str(tmp_path / "note.txt"), "--library", str(sample_library)]
    assert main(line) == 0
    assert "   not in these passages: Toledo; 41" in capsys.readouterr().out.splitlines()
    assert main([*line, "--json"]) == 0
    (sentence,) = json.loads(capsys.readouterr().out)["sentences"]
    assert [text[start:end] for start, end in sentence["missing"]] == ["Toledo", "41"]


def test_exit_codes(
    sample_library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """1 when nothing was found, 2 with a line when there is no draft to check; - is standard input."""
    options = ["--library", str(sample_library)]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"The tower of Pisa leans by four degrees.")))
    assert main(["check", "-", *options]) == 1
    assert "[not found] The tower of Pisa leans by four degrees." in capsys.readouterr().out
    assert main(["check", str(tmp_path / "gone.txt"), *options]) == 2
    assert "gone.txt" in capsys.readouterr().err
    (tmp_path / "empty.txt").write_text("")
    assert main(["check", str(tmp_path / "empty.txt"), *options]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
