"""PDF: text in reading order, with page and heading; what is no text stays out; nothing but ReadError comes back."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase.pdfmetrics import Font, registerFont
from reportlab.pdfgen.canvas import Canvas

from index.errors import ReadError
from index.types import Origin
from ingest.readers import read
from ingest.readers.pdf.characters import Box
from ingest.readers.pdf.lines import Line
from ingest.readers.pdf.paragraphs import paragraphs_of, rows_of
from ingest.readers.pdf.reading_order import in_reading_order
from ingest.types import Extract
from tests.making import ROOT

SAMPLE = ROOT / "corpus" / "driving-after-ketamine.pdf"

Words = tuple[float, float, str] | tuple[float, float, str, float] | tuple[float, float, str, float, str]

LEFT = [
    "The garden behind the house was laid",
    "out in the spring of that year, and it",
    "took the whole of the summer to plant",
    "the beds along the southern wall with",
    "roses, lavender and a row of old pear",
    "trees that nobody had thought to move.",
]
RIGHT = [
    "In the autumn the river came up to the",
    "gate and stood there for a week, brown",
    "and slow, while the neighbours carried",
    "their chairs upstairs and waited for a",
    "dry wind. When it fell, the lower beds",
    "were covered in a hand's depth of silt.",
]
BODY = [*LEFT, *RIGHT, "A week of sun came after that. "]


def canvas(out: io.BytesIO, **options: object) -> Canvas:
    return Canvas(out, pagesize=(600, 800), invariant=1, **options)


def put(page: Canvas, words: Words) -> None:
    x, down, text, size, font = (*words, *(10, "Helvetica")[len(words) - 3 :])
    page.setFont(font, size)
    page.drawString(x, 800 - down, text)


def printed(*pages: Sequence[Words], title: str = "", author: str = "", creator: str = "") -> bytes:
    """A PDF with these words on its pages: how far from the left and from the top, and perhaps size and font."""
    out = io.BytesIO()
    pdf = canvas(out)
    pdf.setTitle(title)
    pdf.setAuthor(author)
    pdf.setCreator(creator)
    for page in pages:
        for words in page:
            put(pdf, words)
        pdf.showPage()
    pdf.save()
    return out.getvalue()


def column(lines: Sequence[str], x: float = 60, down: float = 100, pitch: float = 13) -> list[Words]:
    return [(x, down + pitch * i, line) for i, line in enumerate(lines)]


def extracted(data: bytes) -> Extract:
    (extract,) = read(data, "a.pdf").extracts
    assert isinstance(extract, Extract)
    return extract


def sections(extract: Extract) -> list[tuple[int | None, str | None, str]]:
    return [(section.page, section.heading, extract.text[slice(*section.span)]) for section in extract.sections]


def test_lines_of_a_paragraph_are_joined() -> None:
    """A paragraph is one line; a wider gap, or a short last line before an indent, begins the next."""
    apart = [*column(LEFT), *column(RIGHT, down=200)]
    indented = [*column([*LEFT[:5], "trees."]), (72, 178, RIGHT[0]), *column(RIGHT[1:], down=191)]
    assert extracted(printed(apart)).text == f"{' '.join(LEFT)}\n\n{' '.join(RIGHT)}"
    assert extracted(printed(indented)).text == f"{' '.join([*LEFT[:5], 'trees.'])}\n\n{' '.join(RIGHT)}"


def test_columns_drawn_row_by_row_are_read_one_after_the_other() -> None:
    """The order on paper counts, not the order in the file, where the file goes back and forth between columns."""
    rows = [words for pair in zip(column(LEFT), column(RIGHT, x=260), strict=True) for words in pair]
    whole = [(60, 60, "A line across both columns of the page, as wide as the two of them together are.")]
    text = extracted(printed([*whole, *rows])).text
    assert text.endswith(" ".join(LEFT) + "\n\n" + " ".join(RIGHT))
    assert text.startswith("A line across")


def test_a_sentence_goes_on_in_the_next_column() -> None:
    """What runs over from the foot of a column to the head of the next is one paragraph."""
    words = [*column(LEFT[:5]), *column([LEFT[5], *RIGHT], x=300)]
    assert extracted(printed(words)).text.startswith(" ".join(LEFT))


def test_the_rows_of_a_table_stay_rows() -> None:
    """Cells of a row stand on one line, parted by tabs, in order."""
    cells = [["Year", "Spring", "Autumn"], ["1901", "3.4", "2.8"], ["1902", "3.1", "2.2"]]
    table: list[Words] = [
        (60 + 120 * j, 250 + 14 * i, cell) for i, row in enumerate(cells) for j, cell in enumerate(row)
    ]
    text = extracted(printed([*column(BODY), *table])).text
    assert "Year\tSpring\tAutumn\n1901\t3.4\t2.8\n1902\t3.1\t2.2" in text


def test_a_page_that_is_turned_reads_as_one_that_is_not() -> None:
    """Words written up the page, as on a sheet laid across, are lines like others."""
    out = io.BytesIO()
    pdf = canvas(out)
    for i, line in enumerate(LEFT):
        pdf.saveState()
        pdf.translate(100 + 13 * i, 60)
        pdf.rotate(90)
        pdf.drawString(0, 0, line)
        pdf.restoreState()
    pdf.save()
    assert extracted(out.getvalue()).text == " ".join(LEFT)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["He left it to the judge-", "ment of his friends."], "He left it to the judgement of his friends."),
        (["He was a well-", "known man."], "He was a well-known man."),
        (
            ["It was a north-", "facing wall, and north-facing walls are cold."],
            "It was a north-facing wall, and north-",
        ),
        (["He came to see Anne-", "Marie."], "He came to see Anne-Marie."),
    ],
)
def test_words_broken_at_a_line_end_are_healed(lines: list[str], expected: str) -> None:
    """The hyphen goes, unless the word is written with one elsewhere, or its second half is a name."""
    assert extracted(printed(column(lines))).text.startswith(expected)


def book() -> bytes:
    """Three pages with running heads, numbers, headings of two sizes, and a sentence across a page's end."""
    pages: list[list[Words]] = []
    for number in range(3):
        head: Words = (60, 40, "A Book of Gardens", 8)
        pages.append([head, (300, 770, str(number + 1), 8)])
    pages[0] += [(60, 80, "The Garden Year", 24, "Helvetica-Bold"), (60, 110, "Ann Bee, Carl M. Dee", 11)]
    pages[0] += [(60, 150, "Spring", 16, "Helvetica-Bold"), *column(LEFT, down=170)]
    pages[0] += [(60, 280, "Pears", 12, "Helvetica-Bold"), *column(LEFT[:3], down=300)]
    pages[1] += [*column([*LEFT[3:], "They stayed."], down=80)]
    pages[1] += [(60, 160, "Autumn", 16, "Helvetica-Bold"), *column(RIGHT, down=180)]
    pages[2] += [*column(LEFT, down=80), (60, 200, "Roses", 12, "Helvetica-Bold"), *column(RIGHT, down=220)]
    return printed(*pages)


def test_headings_are_told_by_their_type() -> None:
    """A passage knows its page and the path to it; the sentence that a page's end cuts stays whole."""
    extract = extracted(book())
    assert [(page, heading) for page, heading, _ in sections(extract)] == [
        (1, None),
        (1, "Spring"),
        (1, "Spring › Pears"),
        (2, "Spring › Pears"),
        (2, "Autumn"),
        (3, "Autumn"),
        (3, "Autumn › Roses"),
    ]
    texts = [text for *_, text in sections(extract)]
    assert texts[2].replace("\n", " ") == " ".join(LEFT)
    assert texts[3] == "They stayed."


def test_running_heads_and_page_numbers_are_left_out() -> None:
    """Each is listed once, and none is in the text."""
    extract = extracted(book())
    assert extract.left_out == ("A Book of Gardens", "1")
    assert "A Book of Gardens" not in extract.text
    assert extract.text.split()[-1] == "silt."


def test_a_line_that_stands_once_is_no_running_head() -> None:
    """What does not recur is text, however near to the edge it stands; a number alone at the foot is a page's."""
    words: list[Words] = [(60, 30, "To be read before the meeting"), *column(BODY), (300, 770, "- 7 -")]
    extract = extracted(printed(words))
    assert extract.text.startswith("To be read before the meeting")
    assert extract.left_out == ("- 7 -",)


def test_title_and_authors_are_read_off_the_page() -> None:
    """The largest type of the first page is the title; the names under it are its authors, and are guesses."""
    about = extracted(book()).metadata
    assert (about.title, about.authors) == ("The Garden Year", ("Ann Bee", "Carl M. Dee"))
    assert about.origins["title"] is Origin.TEXT


def test_the_files_own_fields_come_first() -> None:
    """Title and author of the file's own dictionary are not guesses."""
    about = extracted(printed(column(BODY), title="On Silt", author="Ann Bee; Carl Dee")).metadata
    assert (about.title, about.authors) == ("On Silt", ("Ann Bee", "Carl Dee"))
    assert about.origins["title"] is about.origins["authors"] is Origin.FORMAT


@pytest.mark.parametrize(
    "title", ["Microsoft Word - report.doc", "untitled", "draft_final.pdf", "Document1", "paper.dvi", "12345"]
)
def test_what_a_program_wrote_is_no_title(title: str) -> None:
    """A file's name and a program's filler are passed over for what the page says."""
    words: list[Words] = [(60, 60, "On Silt", 20), *column(BODY)]
    about = extracted(printed(words, title=title, author="admin")).metadata
    assert (about.title, about.authors) == ("On Silt", ())


def test_a_doi_on_the_page_is_found() -> None:
    """The identifier ends where the sentence's punctuation begins, and such a paper is a journal's."""
    words: list[Words] = [*column(["Journal of Silt 2020;3:1-9. doi: 10.1234/silt(2020)17."]), *column(BODY, down=140)]
    about = extracted(printed(words)).metadata
    assert (about.doi, about.kind) == ("10.1234/silt(2020)17", "article-journal")


XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/">
<rdf:Description><dc:title><rdf:Alt><rdf:li>Silt and Roses</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>Ann Bee</rdf:li><rdf:li>Carl Dee</rdf:li></rdf:Seq></dc:creator>
<prism:publicationName>Journal of Silt</prism:publicationName><prism:coverDate>2020-05</prism:coverDate>
<prism:doi>10.1234/abc</prism:doi></rdf:Description></rdf:RDF></x:xmpmeta>"""


def test_a_publishers_packet_is_read() -> None:
    """XMP names the journal, the date of the issue and the DOI."""
    about = extracted(printed(column(BODY), title="untitled") + XMP.encode()).metadata
    assert (about.title, about.authors, about.published) == ("Silt and Roses", ("Ann Bee", "Carl Dee"), "2020-05")
    assert (about.publisher, about.doi, about.kind) == ("Journal of Silt", "10.1234/abc", "article-journal")


def test_a_damaged_packet_says_nothing() -> None:
    assert extracted(printed(column(BODY)) + XMP.replace("</dc:title>", "").encode()).metadata.doi is None


def test_the_file_gives_a_year_when_the_text_gives_no_date() -> None:
    """A date in the text wins; the year in which the file was made is the last resort, and none if it was remade."""
    dated = [*column(["Published online: 3 May 2019"], down=60), *column(BODY)]
    assert extracted(printed(dated)).metadata.published == "2019-05-03"
    metadata = extracted(printed(column(BODY))).metadata
    assert (metadata.published, metadata.origins["published"]) == ("2000", Origin.FORMAT)
    assert extracted(printed(column(BODY), creator="Chromium")).metadata.published is None


def with_outline() -> bytes:
    """Headings in the type of the text, which only the outline names, and pages numbered i, 1, 2."""
    out = io.BytesIO()
    pdf = canvas(out)
    marks = [(0, "Preface"), (0, "1 Water"), (1, "1.1 Silt")]
    for number, (level, title) in enumerate(marks):
        pdf.addPageLabel(number, style="ROMAN_LOWER" if number == 0 else "ARABIC", start=max(number, 1))
        pdf.bookmarkPage(title)
        pdf.addOutlineEntry(title, title, level)
        put(pdf, (60, 60, title))
        for words in column(BODY):
            put(pdf, words)
        pdf.showPage()
    pdf.save()
    return out.getvalue()


def test_the_outline_names_headings_and_labels_name_pages() -> None:
    """The outline's levels make the path; a label is given where it differs from the page's number."""
    extract = extracted(with_outline())
    assert [(section.heading, section.page, section.page_label) for section in extract.sections] == [
        ("Preface", 1, "i"),
        ("1 Water", 2, "1"),
        ("1 Water › 1.1 Silt", 3, "2"),
    ]


def encrypted() -> bytes:
    out = io.BytesIO()
    pdf = canvas(out, encrypt=StandardEncryption("secret", canPrint=0))
    pdf.drawString(60, 700, "Hidden.")
    pdf.save()
    return out.getvalue()


def test_a_file_that_only_forbids_printing_is_read() -> None:
    """An owner's password locks nothing that reading needs."""
    out = io.BytesIO()
    pdf = canvas(out, encrypt=StandardEncryption("", ownerPassword="secret", canPrint=0))
    for words in column(BODY):
        put(pdf, words)
    pdf.save()
    assert extracted(out.getvalue()).text.startswith("The garden behind the house")


def test_letters_that_are_one_sign_are_two_in_the_text() -> None:
    """A word set with ligatures is found when it is typed without."""
    registerFont(Font("WithLigatures", "Helvetica", "MacRomanEncoding"))
    words: list[Words] = [(60, 100, "The \ufb01nest \ufb02owers of the lower garden.", 10, "WithLigatures")]
    assert extracted(printed(words)).text == "The finest flowers of the lower garden."


def test_a_book_of_too_many_pages_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.readers.pdf.reader.MAX_PAGES", 2)
    with pytest.raises(ReadError, match=r"has 3 pages; 2 are read\. Split it"):
        read(book(), "a.pdf")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "damaged"),
        (b"%PDF-1.7\n%%EOF", "damaged"),
        (printed([]), "pages without any text"),
        (printed([(300, 770, "1")], [(300, 770, "2")]), "no text but page numbers"),
        (encrypted(), "needs a password"),
    ],
)
def test_what_holds_no_text_is_refused_with_the_next_step(data: bytes, message: str) -> None:
    with pytest.raises(ReadError, match=message) as caught:
        read(data, "a.pdf")
    assert str(caught.value).startswith("a.pdf ")
    assert "\n" not in str(caught.value)


def test_pages_without_text_are_counted() -> None:
    """The pages that have text are read, and the report says how many have none."""
    reading = read(printed(column(BODY), [], column(BODY), []), "a.pdf")
    assert reading.pages == 4
    assert reading.warnings == ("2 of 4 pages have no text",)


def mutated(data: bytes, rng: random.Random) -> bytes:
    """Bytes changed, cut off, taken out, or put in twice."""
    start = rng.randrange(len(data))
    stop = min(len(data), start + rng.randrange(1, 2000))
    scattered = bytearray(data)
    for _ in range(rng.choice((1, 10, 100))):
        scattered[rng.randrange(len(data))] = rng.randrange(256)
    return rng.choice(
        (bytes(scattered), data[:start], data[:start] + data[stop:], data[:stop] + data[start:stop] + data[stop:])
    )


@pytest.mark.parametrize("seed", range(50))
def test_a_damaged_file_is_read_or_refused(seed: int) -> None:
    """Whatever happens to its bytes, the sample gives lawful text or a ReadError."""
    try:
        extract = extracted(mutated(SAMPLE.read_bytes(), random.Random(seed)))
    except ReadError:
        return
    extract.text.encode()
    assert "\0" not in extract.text
    spans = [section.span for section in extract.sections]
    assert all(0 <= span.start < span.end <= len(extract.text) for span in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))


NUMBERS = st.integers(0, 600)
LINES = st.lists(
    st.builds(
        lambda left, top, width, text, turned: Line(text, Box(left, top, left + width, top + 10), 10, turned=turned),
        NUMBERS,
        NUMBERS,
        st.integers(1, 300),
        st.text("ab -.", min_size=1, max_size=40),
        st.booleans(),
    ),
    max_size=60,
)


@given(LINES)
def test_ordering_loses_no_line(lines: list[Line]) -> None:
    """Wherever the lines are on the page, each comes once, and each row is in one paragraph."""
    ordered = in_reading_order(lines)
    assert sorted(map(id, ordered)) == sorted(map(id, lines))
    rows = rows_of(ordered)
    assert [row for group in paragraphs_of(rows) for row in group] == rows


def test_the_sample_reads_as_it_was_written() -> None:
    """The sample of the corpus: title, author and date, its tables, and no running head."""
    extract = extracted(SAMPLE.read_bytes())
    about = extract.metadata
    assert (about.title, about.authors) == ("Driving after ketamine", ("Sourcewise sample project",))
    assert about.published == "2025-09-14"
    assert "Ketalar, injected\t24 hours or more\tUnited States label" in extract.text
    assert "Dissociation usually fades" in extract.text
    assert extract.left_out == ("Sourcewise sample papers\tDriving after ketamine", "1")
