"""Tables: which row names the columns, which columns are what, and what a table without texts gives."""

from __future__ import annotations

import pytest

from ingest.metadata.fields import field_name, header_row, metadata_of, normalised, row_text
from ingest.readers import read
from ingest.types import Empty, Extract, Reading, Unreadable
from tests.ingest.readers.test_sheets import xlsx, xlsx_rows


def documents(reading: Reading) -> list[Extract]:
    return [outcome for outcome in reading.extracts if isinstance(outcome, Extract)]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", b'sep=;\r\nid;title;text\r\n1;Rye;"Rye, cut; by hand."\r\n'),
        ("a.csv", b'\xef\xbb\xbfsep=,\nid,title,text\n1,Rye,"Rye, cut; by hand."\n'),
        ("a.csv", "sep=\t\nid\ttitle\ttext\n1\tRye\tRye, cut; by hand.\n".encode("utf-16")),
        ("a.csv", b'"sep=|"\nid|title|text\n1|Rye|Rye, cut; by hand.\n'),
        ("a.csv", b'SEP=;\nA list of grain\n\nid;title;text\n1;Rye;"Rye, cut; by hand."\n'),
        ("a.tsv", b"id\ttitle\ttext\n1\tRye\tRye, cut; by hand.\n"),
        ("a.csv", b'Exported on Monday by a tool\n\nid,title,text\n1,Rye,"Rye, cut; by hand."\n'),
        ("a.csv", b'id,title,Abstract Note\n1,Rye,"Rye, cut; by hand."\n'),
        ("a.csv", b'"id","title","full\ntext"\n1,Rye,"Rye, cut; by hand."\n'),
    ],
)
def test_the_columns_are_recognised_whatever_is_above_them(name: str, data: bytes) -> None:
    """Excel's line with the separator, titles and notes are no column names."""
    (extract,) = documents(read(data, name))
    assert (extract.text, extract.metadata.title, extract.record) == ("Rye, cut; by hand.", "Rye", "1")


def test_lines_above_the_columns_are_named_as_left_out() -> None:
    reading = read(b'"Harvest\nof the year"\nkept by hand\nid,text\n1,Rye was cut.\n', "a.csv")
    assert reading.warnings == ("the lines above the column names are left out: Harvest of the year / kept by hand",)
    assert read(b"sep=,\nid,text\n1,Rye was cut.\n", "a.csv").warnings == ()


def test_positions_count_the_lines_of_the_file() -> None:
    """Lines above the columns count too, and a bad row costs itself alone."""
    outcomes = list(read(b"sep=;\nA title\nid;text\n1;a;b;c\n2;fine\n3;\n", "a.csv").extracts)
    assert outcomes[0] == Unreadable("line 4", "4 cells under 2 column names")
    assert isinstance(outcomes[1], Extract)
    assert outcomes[1].text == "fine"
    assert outcomes[2] == Empty("line 6")


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (
            'Authors,"Author full names",Title,Year,"Source title",DOI,Abstract,"Document Type",Publisher,Source\n'
            '"Ude T.; Quist M.","Ude, Tom (57); Quist, Mara (2)",Oars,2019,Boats,10.1000/x.1,Text.,Article,Hill,I\n',
            ("Oars", ("Tom Ude", "Mara Quist"), "2019", "Boats", "10.1000/x.1", "article"),
        ),
        (
            "PT\tAU\tTI\tSO\tAB\tPY\tDI\nJ\tUde, T; Quist, M\tOars\tBoats\tText.\t2018\t10.1000/x.1\n",
            ("Oars", ("T Ude", "M Quist"), "2018", "Boats", "10.1000/x.1", "article"),
        ),
        (
            "PMID,Title,Authors,Journal/Book,Publication Year,Create Date,DOI,Abstract\n"
            '1,Oars,"Ude T, Quist M.",Boats,2018,2018/05/04,10.1000/x.1,Text.\n',
            ("Oars", ("Ude T", "Quist M."), "2018", "Boats", "10.1000/x.1", "article"),
        ),
        (
            "Article Title,Authors,Source Title,Publication Date,Publication Year,Abstract\n"
            'Oars,"Ude, Tom",Boats,MAY 3,2018,Text.\n',
            ("Oars", ("Tom Ude",), "2018", "Boats", None, "article"),
        ),
        (
            "Key,Item Type,Publication Year,Author,Title,Publication Title,Abstract Note,Date\n"
            'K,journalArticle,2019,"Ude, Tom; Quist, Mara",Oars,Boats,Text.,2019-03-02\n',
            ("Oars", ("Tom Ude", "Mara Quist"), "2019-03-02", "Boats", None, "article-journal"),
        ),
    ],
    ids=["scopus", "web of science, tags", "pubmed", "web of science", "zotero"],
)
def test_columns_of_exports_are_metadata(table: str, values: tuple[object, ...]) -> None:
    name = "a.tsv" if "\t" in table else "a.csv"
    (extract,) = documents(read(table.encode(), name))
    found = extract.metadata
    assert extract.text == "Text."
    assert (found.title, found.authors, found.published, found.publisher, found.doi, found.kind) == values


def test_a_table_without_texts_is_one_document() -> None:
    """Each cell is a line under its column's name; what is above the names is kept, and a warning says why."""
    (extract,) = documents(read(b"Prices of 2020\n\nname,price\nrye,3\noats,4,old\n", "a.csv"))
    assert extract.text == "Prices of 2020\n\nname: rye\nprice: 3\n\nname: oats\nprice: 4\nold"
    assert extract.record is None
    assert extract.warnings[0].startswith("no column is named text, body")
    (numbers,) = documents(read(b"1;2\n3;4\n", "a.csv"))
    assert numbers.text == "1\n2\n\n3\n4"


def test_one_column_is_not_cut_at_its_commas() -> None:
    (extract,) = documents(read(b"text\nRye, cut; by | hand.\n", "a.csv"))
    assert extract.text == "Rye, cut; by | hand."


LONG = "grain " * 60


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", f"id,text\n1,Rye was cut. It was dry.\n2,{LONG}\n"),
        ("a.tsv", f"id\ttext\n1\tRye was cut. It was dry.\n2\t{LONG}\n"),
        ("a.jsonl", f'{{"text": "Rye was cut. It was dry."}}\n{{"text": "{LONG}"}}\n'),
        ("a.json", f'[{{"title": "", "body": "Rye was cut. It was dry."}}, {{"body": "{LONG}"}}]'),
        ("a.xlsx", xlsx({"S": xlsx_rows([["id", "text"], ["1", "Rye was cut. It was dry."], ["2", LONG]])})),
    ],
)
def test_a_record_without_a_title_is_named_by_its_text(name: str, data: str | bytes) -> None:
    """As a guess: the first heading, else the first sentence, at most 120 characters of it."""
    first, second = documents(read(data if isinstance(data, bytes) else data.encode(), name))
    assert (first.metadata.title, first.metadata.origins["title"].is_guess) == ("Rye was cut.", True)
    assert second.metadata.title == " ".join(["grain"] * 20)


def test_names_of_fields_are_compared_by_letters_and_digits() -> None:
    assert len({field_name(name) for name in ("Publication Year", "publication_year", "publicationYear")}) == 1
    assert metadata_of(normalised({"publicationYear": 2018, "Publication-Title": "Boats"})).publisher == "Boats"


def test_the_row_of_column_names_is_looked_for_among_the_first_filled_rows() -> None:
    assert header_row([["a"], [], ["id", "Text"]]) == 2
    assert header_row([["x"]] * 9 + [["text"]]) == 9
    assert header_row([["x"]] * 10 + [["text"]]) is None
    assert header_row([]) is None


def test_a_row_becomes_a_line_a_cell() -> None:
    assert row_text(["Name", "", "Price"], [" rye\nflour ", "new", "", "5"]) == "Name: rye flour\nnew\n5"
