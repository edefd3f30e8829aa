"""Subtitles and transcripts: running text whose sections know who speaks, and when."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import ReadError
from ingest.readers import read
from ingest.readers.recordings.transcripts import transcript_sections
from ingest.types import Extract
from tests.ingest.readers.test_readers import assert_lawful


def extract(name: str, data: str | bytes) -> Extract:
    (document,) = read(data if isinstance(data, bytes) else data.encode(), name).extracts
    assert isinstance(document, Extract)
    assert_lawful(document)
    return document


def places(name: str, text: str) -> list[tuple[str | None, float | None, str]]:
    """Speakers, time and text of each section."""
    document = extract(name, text)
    return [(s.heading, s.time, document.text[slice(*s.span)]) for s in document.sections]


def clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02},{round(seconds % 1 * 1000):03}"


def srt(*cues: tuple[float, float, str]) -> str:
    return "\n\n".join(f"{i}\n{clock(a)} --> {clock(b)}\n{text}" for i, (a, b, text) in enumerate(cues, start=1))


def test_cues_are_joined_to_sentences() -> None:
    """Lines and cues end anywhere; the text runs on, without marks of style."""
    cues = srt((1, 3, "<i>The reeds are\ntwo metres</i> high,"), (3, 5, r"{\an8}and they &amp; the grass grow."))
    assert places("a.srt", cues) == [(None, 1.0, "The reeds are two metres high, and they & the grass grow.")]


def test_a_section_ends_with_a_sentence_after_some_time() -> None:
    """So that the time of a passage is of use: each begins within a minute and a half of what is said in it."""
    cues = srt(*((10 * i, 10 * i + 9, f"This is sentence {i} of a long talk.") for i in range(30)))
    times = [time for _, time, _ in places("a.srt", cues)]
    assert times == [0, 50, 100, 150, 200, 250]
    endless = srt(*((10 * i, 10 * i + 9, f"and part {i}") for i in range(30)))
    assert [time for _, time, _ in places("a.srt", endless)] == [0, 90, 180, 270]


def test_a_speaker_is_heading_and_stays_in_the_text() -> None:
    """Once, where another begins; a short answer shares the section with what follows."""
    cues = srt(
        (0, 4, "ANNA: The reeds at the mill are two metres high, as we have measured."),
        (4, 8, "And they grow each day that the sun shines on the water of the pond."),
        *((8, 9, "BEN: Really?"), (9, 20, "ANNA: Yes, by a hand.")),
        (187.5, 190, "Goodbye."),
    )
    assert places("a.srt", cues) == [
        (
            "ANNA",
            0.0,
            "ANNA: The reeds at the mill are two metres high, as we have measured. "
            "And they grow each day that the sun shines on the water of the pond.",
        ),
        ("BEN, ANNA", 8.0, "BEN: Really?\n\nANNA: Yes, by a hand."),
        ("ANNA", 187.5, "Goodbye."),
    ]


def test_speakers_of_one_cue_are_kept_apart() -> None:
    """Each line may be another's."""
    assert places("a.srt", srt((0, 4, "- ANNA: How fast?\n- BEN: Very."))) == [
        ("ANNA, BEN", 0.0, "ANNA: How fast?\n\nBEN: Very.")
    ]


@pytest.mark.parametrize("mark", ["- ", "-", "– ", "— ", ">> ", "‐ "])
def test_a_speaker_may_have_a_dash_in_front(mark: str) -> None:
    """Of whatever kind; the name is kept, and the dash is no text."""
    cues = srt((0, 4, f"{mark}Anna: How fast?\n{mark}Ben: Very."), (5, 6, f"{mark}Anna: Why?"))
    text = "Anna: How fast?\n\nBen: Very.\n\nAnna: Why?"
    assert places("a.srt", cues) == [("Anna, Ben", 0.0, text)]


def test_a_dash_alone_tells_that_another_speaks() -> None:
    """Who it is, is not known: never the one before. In a file without such turns a dash is one of the text."""
    said = "How fast does the water rise at the mill when the gate is shut for the night?"
    cues = srt((0, 4, f"- ANNA: {said}"), (5, 8, "- Very fast.\n- By how\nmuch?"), (9, 10, f"- ANNA: {said}"))
    assert places("a.srt", cues) == [
        ("ANNA", 0.0, f"ANNA: {said}"),
        ("ANNA", 5.0, f"– Very fast.\n\n– By how much?\n\nANNA: {said}"),
    ]
    assert places("a.srt", srt((0, 4, "The gate is shut\n- for the night."))) == [
        (None, 0.0, "The gate is shut - for the night.")
    ]


def test_names_behind_dashes_make_a_transcript() -> None:
    lines = [f"- {name}: The dam was built of oak." for _ in range(4) for name in ("Anna", "Ben", "Carl Sample")]
    document = extract("a.txt", "\n".join(lines))
    assert {s.heading for s in document.sections} >= {"Anna, Ben, Carl Sample"} or len(document.sections) > 1


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("scan0001.srt", srt((0, 4, "- ANNA: How fast?\n- BEN: Very.")), "How fast?"),
        ("recording.vtt", "WEBVTT\n\n00:01.000 --> 00:04.000\nThe dam leaks. It will break.\n", "The dam leaks."),
        ("talk-at-the-pond.srt", srt((0, 4, "How fast?")), ""),  # the name of the file says more
        (
            "a.txt",
            "Talk at the pond\n\n[00:03] ANNA: Yes.\n\n[00:31] BEN: No.\n\n[00:40] ANNA: Why?",
            "Talk at the pond",
        ),
        ("a.txt", "the dam leaks at its left end", "the dam leaks at its left end"),
        ("a.txt", "1. 2. 3. 4", ""),  # no word
        (
            "a.txt",
            "The dam leaks since the storm. Nobody was hurt, and the mill is shut.",
            "The dam leaks since the storm.",
        ),
        (
            "a.txt",
            "**The dam** leaks at __its left__ end: 2 * 3 snake_case",
            "The dam leaks at its left end: 2 * 3 snake_case",
        ),
        ("a.json", '[{"text": "# The dam\\n\\nIt leaks at its left end."}]', "The dam"),
        ("a.jsonl", '{"text": "- **The dam** leaks."}', "The dam leaks."),
        ("a.jsonl", '{"text": "#1 of the dams leaks."}', "#1 of the dams leaks."),
        ("the-leaking-dam.txt", "the dam leaks at its left end", ""),
    ],
)
def test_a_text_without_a_title_has_its_first_line(name: str, text: str, title: str) -> None:
    """Unless the name of its file says what it is."""
    assert extract(name, text).metadata.title == title


def test_web_subtitles_have_voices_and_blocks_that_are_no_text() -> None:
    """Styles, regions and remarks are left out; hours may be missing; settings follow the times."""
    vtt = (
        "WEBVTT - Pond\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:a\n\nNOTE seen by the editor\n\nfirst\n"
        "00:01.000 --> 00:04.000 align:start line:0\n<v.loud Anna Sample>The <c.red>dam</c> <00:02.000>leaks.</v>\n\n"
        "01:00:04.250 --> 01:00:06.000\n<v Ben>No &lt;sign&gt; of it.\n"
    )
    assert places("a.vtt", vtt) == [
        ("Anna Sample", 1.0, "Anna Sample: The dam leaks."),
        ("Ben", 3604.25, "Ben: No <sign> of it."),
    ]
    assert extract("a.vtt", vtt).left_out == ("seen by the editor",)
    assert extract("a.vtt", vtt).metadata.title == "Pond"
    assert extract("a.vtt", vtt.replace(" - Pond", "")).metadata.title == "The dam leaks."


@pytest.mark.parametrize(
    "cues",
    [
        ((0, 2, "the dam leaks"), (2, 4, "the dam leaks\nand the water"), (4, 6, "and the water\nruns away")),
        ((0, 2, "the dam leaks"), (2, 4, "the dam leaks and the water"), (4, 6, "and the water runs away")),
        ((0, 2, "the dam leaks\nand the water"), (2, 2.01, "the dam leaks\nand the water"), (2, 6, "runs away")),
    ],
)
def test_lines_of_rolling_captions_are_read_once(cues: tuple[tuple[float, float, str], ...]) -> None:
    """By lines, by words, and where a cue is shown twice."""
    assert extract("a.srt", srt(*cues)).text == "the dam leaks and the water runs away"


def test_what_is_said_twice_stays() -> None:
    """A short word in two cues was spoken twice."""
    assert extract("a.srt", srt((0, 1, "Yes."), (1, 2, "Yes."), (2, 3, "No, no."))).text == "Yes. Yes. No, no."


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("They are 10<sup>6</sup> reeds.", "They are 10⁶ reeds."),
        ("They are 10<sup>–6</sup> m wide.", "They are 10⁻⁶ m wide."),
        ("CO<sub>2</sub>, 12<SUP>3</SUP> percent.", "CO₂, 12³ percent."),
        (r"{\an8}<i>They</i> are <font color=red>tall</font>.", "They are tall."),
        ("<script>They</script> are &lt;b&gt;.", "They are <b>."),
    ],
)
@pytest.mark.parametrize("name", ["a.srt", "a.vtt"])
def test_marks_of_a_cue_change_no_value(name: str, line: str, text: str) -> None:
    """Raised figures stay raised; tags of look or of programs are no text."""
    assert extract(name, srt((0, 4, line))).text == text


def test_odd_times_are_warned_of() -> None:
    """Times that go back, overlap, or end early; numbers and blank lines that are missing. Nothing is lost."""
    text = (
        "00:00:10,000 --> 00:00:20,000\nOne.\n7\n00:00:12,000 --> 00:00:14,000\nTwo.\n\n"
        "00:00:05,000 --> 00:00:04,000\nThree.\n"
    )
    document = extract("a.srt", text)
    assert document.text.replace("\n\n", " ") == "One. Two. Three."
    assert document.warnings == ("times that go back: 1", "cues that overlap: 1", "cues that end before they begin: 1")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_subtitles_come_in_many_encodings(encoding: str) -> None:
    """Old files are seldom in UTF-8."""
    text = srt((0, 2, "Größe und Höhe: das Schilf wächst täglich."), (2, 4, "Überall weiß man das, auch in Köln."))
    assert extract("a.srt", text.replace("\n", "\r\n").encode(encoding)).text.startswith("Größe und Höhe: das Schilf")


def test_a_file_without_cues_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """And an endless one is read up to a limit."""
    with pytest.raises(ReadError, match="holds no subtitles"):
        read(b"just text", "a.srt")
    monkeypatch.setattr("ingest.readers.recordings.subtitles.MAX_CUES", 3)
    document = extract("a.srt", srt(*((i, i + 1, f"Line {i}.") for i in range(9))))
    assert document.text == "Line 0. Line 1. Line 2."
    assert document.warnings == ("only the first 3 cues were read: split the file",)


LINES = (
    ("ANNA", 3, "The reeds at the mill are two metres high this year, and they still grow day by day."),
    ("BEN", 31, "How do you know that, and who has measured them since the dam was built in spring?"),
    ("ANNA", 40, "We measure them each week with a stick that stands in the mud beside the mill."),
    ("BEN", 751, "Thank you very much for the long talk and for the tea."),
)


def stamp(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


FORMS = {
    "brackets": "\n".join(f"[{stamp(t)}] {name}: {text}" for name, t, text in LINES),
    "round brackets": "\n\n".join(f"({stamp(t)}) {name}: {text}" for name, t, text in LINES),
    "a line of its own": "\n\n".join(f"{stamp(t)} {name}\n{text}" for name, t, text in LINES),
    "after the name": "\n\n".join(f"{name}  {stamp(t)}\n{text}" for name, t, text in LINES),
    "short": "\n".join(f"{t // 60}:{t % 60:02} {name}: {text}" for name, t, text in LINES),
    "ranges": "\n\n".join(f"{stamp(t)} --> {stamp(t + 5)} {name}: {text}" for name, t, text in LINES),
    "Windows": "\r\n".join(f"[{stamp(t)}] {name}: {text}" for name, t, text in LINES),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_transcript_among_plain_texts_keeps_its_text_and_gets_times(form: str) -> None:
    """Whatever form its time codes have."""
    document = extract("a.txt", FORMS[form])
    assert document.text == FORMS[form]
    assert [(s.heading, s.time) for s in document.sections] == [
        *(("ANNA", 3.0), ("BEN", 31.0), ("ANNA", 40.0), ("BEN", 751.0))
    ]
    assert [s.locator for s in document.sections][-1] == "at 0:12:31"
    assert not document.dropped


def test_a_title_above_a_transcript_has_no_time() -> None:
    """It stands before the first word was said."""
    sections = extract("a.txt", f"Talk at the pond\n\n{FORMS['brackets']}").sections
    assert (sections[0].span.end, sections[0].time, sections[1].time) == (18, None, 3.0)


def test_speakers_alone_make_a_transcript_when_three_take_turns() -> None:
    """Their names are the headings; there are no times."""
    said = [
        "The dam was built of oak and clay by the men of the mill.",
        "It leaks at its left end since the last storm.",
    ]
    lines = [f"{name}: {said[i % 2]}" for i in range(4) for name in ("Anna", "Ben", "Carl Sample")]
    document = extract("a.txt", "\n\n".join(lines))
    assert [s.heading for s in document.sections][:3] == ["Anna", "Ben", "Carl Sample"]
    assert {s.time for s in document.sections} == {None}


@pytest.mark.parametrize(
    "text",
    [
        "09:00 Welcome\n09:30 Talk of Anna Sample\n10:15 Coffee\n11:00 End",
        "Monday\n\n10:00 Open\n12:00 Close\n\nTuesday\n\n10:00 Open\n12:00 Close",
        "Title: Reeds\nAuthor: Ann\nDate: 2020\nPlace: Mill\nNote: none\nKind: letter\nState: kept\nBox: 7\nShelf: 3",
        "At 12:31:05 the dam broke.\n\nThe water ran down to the mill and took the bridge with it.\n\nNobody was hurt.",
        "Note: the dam leaks.\n\nWarning: the bridge is weak.\n\nNote: the mill is shut.",
    ],
)
def test_other_texts_with_times_and_colons_are_no_transcripts(text: str) -> None:
    """A programme, opening hours, a form, a report, notes."""
    document = extract("a.txt", text)
    assert {section.time for section in document.sections} <= {None}
    assert not any(section.heading in ("Note", "Title", "Monday, Tuesday") for section in document.sections)


@given(st.lists(st.sampled_from(["[00:00:01] A: x", "00:05 B", "Text.", "", "C: d", "99:99:99", "1:2:3,4 --> 5:6:7"])))
def test_any_order_of_lines_gives_lawful_sections(lines: list[str]) -> None:
    """As a text and as subtitles."""
    text = "\n".join([*lines, "End."])
    extract("a.txt", text)
    extract("a.srt", f"00:00:01 --> 00:00:02\nHere.\n\n{text}")


@pytest.mark.parametrize(
    ("labels", "is_talk"),
    [
        (("MODERATOR", "VOSS"), True),
        (("Interviewer", "Voss"), True),
        (("Ann Sample", "Leonard Voss"), True),
        (("Q", "A"), False),
        (("Input", "Output"), False),
    ],
)
def test_an_interview_of_two_is_a_transcript(labels: tuple[str, str], is_talk: bool) -> None:
    """A list of questions, or of fields that take turns, is none."""
    turns = [
        f"{labels[number % 2]}: What would you like to see happen now, and why is that number {number}?"
        for number in range(12)
    ]
    text = "Interview with a passenger\n\n" + "\n\n".join(turns)
    sections = transcript_sections(text)
    assert [section.heading for section in sections] == ([None, *labels * 6] if is_talk else [])
