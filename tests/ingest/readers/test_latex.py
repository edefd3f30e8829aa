"""LaTeX: what is set on the page is the text, and no command is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import ReadError
from ingest.readers import read
from ingest.types import Extract
from tests.ingest.readers.test_readers import assert_lawful


def extract(text: str) -> Extract:
    (document,) = read(text.encode(), "a.tex").extracts
    assert isinstance(document, Extract)
    assert_lawful(document)
    return document


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"Gr\"o\ss e, Jos\'e, \c{c}a, na\"{\i}ve.", "Größe, José, ça, naïve."),
        (r"It is \emph{very \textbf{deep}} indeed.", "It is very deep indeed."),
        (r"17\,\% of \$5 \& \#3 in \LaTeX.", "17 % of $5 & #3 in LaTeX."),
        (r"``So''---he said--- pages 3--5.", "“So”—he said— pages 3–5."),
        (r"Of~it. % a remark", "Of it."),
        (r"Cells: 10\textsuperscript{6}, and CO\textsubscript{2}.", "Cells: 10⁶, and CO₂."),
        (r"It is $a^2 + b_1$ long, \(x\) wide.", r"It is $a^2 + b_1$ long, \(x\) wide."),
        (r"See~\cite{ann2020} and \citep[p.~3]{ben}, \autocite{c,d}.", "See [ann2020] and [ben], [c,d]."),
        (r"In section~\ref{sec:a}\label{sec:b}.", "In section [sec:a]."),
        (r"A \href{https://example.org}{link} and \url{https://example.org/x}.", "A link and https://example.org/x."),
        (r"Unknown \mycommand{words} stay.", "Unknown words stay."),
        (r"\includegraphics[width=3cm]{pond.png}\vspace{2cm}Text.", "Text."),
    ],
)
def test_commands_become_what_they_set(source: str, text: str) -> None:
    """Accents, signs, raised figures, links and citations; formulas stay in their source."""
    assert extract(source).text == text


DOCUMENT = r"""
\documentclass[12pt]{article}
\usepackage{graphicx}
\newcommand{\pond}{Mill pond}
\title{Reeds in \emph{Ponds}}
\author{Ann Sample\thanks{Of the mill} \and Jos\'e Sample}
\date{3 May 2021}
\begin{document}
\maketitle
\begin{abstract}
The pond is deep, and the reeds grow each day of the year.
\end{abstract}
\section{Reeds \& Water}
They are high\footnote{Seen in \textbf{May}.} now.

They grow.
\begin{itemize}
\item Two metres.
\item[Old] Three metres.
\end{itemize}
\subsection*{Depths}
\begin{table}
\caption{Of all ponds}
\begin{tabular}{lr}
\hline
Pond & Depth \\
Mill & 1.2 \\ \hline
\multicolumn{2}{c}{both} \\
\end{tabular}
\end{table}
\input{chapter2}
\begin{verbatim}
code \x
\end{verbatim}
\begin{equation}
E = mc^2
\end{equation}
\end{document}
After the end.
"""


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"\newcommand{\load}{25\,000}It was \load~kg, \load{} kg.", "It was 25 000 kg, 25 000 kg."),
        (r"\newcommand*\rate[2][10]{#1 to #2\,\%}From \rate{12}, \rate[5]{7}.", "From 10 to 12 %, 5 to 7 %."),
        (r"\def\place{the ford}\def\at#1#2{#2 at #1}\at\place{noon}", "noon at the ford"),
        (r"\renewcommand{\a}{one \b}\newcommand{\b}{two}\a \\b", "one two b"),
        ("% \\newcommand{\\load}{9}\n\\def\\load{25}The load is \\load.", "The load is 25."),
        (r"Seen\iffalse{} hidden \ifx\a\b no \else no \fi not\fi, too; \iffalse no\else yes\fi.", "Seen, too; yes."),
        (r"It was \SI{4.2}{\micro\gram} at \SI{-20}{\celsius}.", "It was 4.2 µg at −20 °C."),
        (r"From \SIrange{1}{5}{\metre\per\second\squared} to \qty{3}{kg}.", "From 1 to 5 m/s² to 3 kg."),
        (r"Of \num{1.5e6}, \num{2e-3} and \ang{12;3;}.", "Of 1.5 × 10⁶, 2 × 10⁻³ and 12°3′."),
        (r"In \si{\kilo\watt\hour} and \unit{\square\metre}.", "In kW·h and m²."),
        (r"\begin{enumerate}\item x \item y\end{enumerate}", "1. x\n2. y"),
        (r"\begin{description}\item[Two:] x\end{description}", "- Two: x"),
    ],
)
def test_own_commands_quantities_and_numbers_of_items_are_written_out(source: str, text: str) -> None:
    assert extract(source).text.strip() == text


def test_a_command_that_may_stand_for_words_and_is_not_defined_is_named() -> None:
    """One that lays out the page is not."""
    document = extract(r"The load is \load{} kg \small and \quad no more.\FloatBarrier")
    assert document.warnings == (r"commands that the file does not define are left out: \load, \FloatBarrier",)
    assert extract(r"The load is \newcommand{\load}{25}\load{} kg, \emph{no} more.").warnings == ()


def test_commands_that_grow_without_end_are_left() -> None:
    """And so are those whose braces never end."""
    for source in (r"\newcommand{\a}{\a\a}The end. \a", r"The end. \newcommand{\a}{x", r"\def\a#1{x}The end. \a{"):
        assert "The end." in extract(source).text


def test_a_document_has_its_sections_lists_tables_and_notes() -> None:
    """The preamble is no text; included files are not followed, which is warned of; code is left out."""
    document = extract(DOCUMENT)
    assert [(s.heading, document.text[slice(*s.span)]) for s in document.sections] == [
        ("Abstract", "The pond is deep, and the reeds grow each day of the year."),
        ("Reeds & Water", "They are high now.\n\nThey grow.\n\n- Two metres.\n- Old: Three metres."),
        (
            "Reeds & Water › Depths",
            "Of all ponds\n\nPond | Depth\nMill | 1.2\nboth\n\n\\begin{equation} E = mc^2 \\end{equation}",
        ),
        ("Notes", "Seen in May."),
    ]
    assert document.warnings == ("an included file is not read with it: chapter2",)
    assert document.left_out == ("\\begin{verbatim}\ncode \\x\n\\end{verbatim}",)


def test_title_author_and_date_are_those_of_the_preamble() -> None:
    """Without thanks and emphasis; a date that is set anew each day is none."""
    stated = extract(DOCUMENT).metadata
    assert (stated.title, stated.authors) == ("Reeds in Ponds", ("Ann Sample", "José Sample"))
    assert stated.published == "2021-05-03"
    assert extract(DOCUMENT.replace("3 May 2021", r"\today")).metadata.published is None


@pytest.mark.parametrize(
    "source",
    ["{" * 5000 + "x", r"\emph{" * 3000 + "x", r"\begin{itemize}" * 2000 + "x", r"\citep[a \href{b " * 20 + "x"],
)
def test_a_text_nested_too_deep_is_read_as_it_stands(source: str) -> None:
    """With a warning, and in no more time than another."""
    document = extract(source)
    assert document.text == source
    assert document.warnings[0].startswith("nested too deep, or damaged")


def test_a_very_long_text_is_read_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Taking it apart would take minutes."""
    monkeypatch.setattr("ingest.readers.markup.latex._LONGEST_TEXT", 100)
    assert extract("word " * 50).warnings == (
        "longer than 100 characters: read as it stands, with its commands. Split the file, or mend it",
    )


@given(st.text(st.sampled_from("\\{}[]$&%~^_ \nab*12'\"`-#"), min_size=1, max_size=80))
@settings(deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever its braces and commands are."""
    try:
        extract(text)
    except ReadError as error:
        assert "\n" not in str(error)  # noqa: PT017


@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    "\\section{",
                    "\\begin{itemize}",
                    "\\end{itemize}",
                    "\\item",
                    "\\cite",
                    "\\footnote{x}",
                    "}",
                    "\\verb|",
                ),
                *(
                    "\\begin{tabular}{l}",
                    "&",
                    "\\\\",
                    "\\end{tabular}",
                    "$",
                    "\\title{",
                    "text",
                    "\n\n",
                    "\\textsuperscript",
                ),
                *(
                    "\\begin{document}",
                    "\\end{document}",
                    "\\multicolumn",
                    "\\'",
                    "\\input",
                    "\\href{a}",
                    "\\date",
                    "[",
                ),
            ]
        ),
        min_size=1,
    )
)
@settings(deadline=None)
def test_any_order_of_commands_is_read_or_refused(parts: list[str]) -> None:
    """Arguments and ends may be missing."""
    try:
        extract(" ".join(parts))
    except ReadError as error:
        assert "\n" not in str(error)  # noqa: PT017
