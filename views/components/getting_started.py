"""What the search page shows before the first question."""

from __future__ import annotations

from html import escape

import streamlit as st

from index import Library
from index.output import as_started
from views.components import layout, signed_in
from views.components.results import Ask

EXAMPLES = (
    "Can you get physically hooked on ketamine?",
    "What happens to the bladder with heavy use?",
    '"informed consent" what to ask before the first session',
)


def teach(folder: Library, generation: str, ask: Ask) -> None:
    """What to show before the first query: the size of the library, examples and the query syntax."""
    known = layout.sources(folder, generation)
    passages = sum(count for _, count, _ in known)
    where = "" if signed_in.in_team() else f" in {folder}"
    size = f"{layout.counted(len(known), 'source')}, {layout.counted(passages, 'passage')}"
    st.html(f'<p class="sw-lead">{size}{escape(where)}</p>')
    if any(source.publisher == "Sourcewise sample corpus" for source, _, _ in known):
        with st.container(key="examples", gap="xsmall"):
            st.html('<div class="sw-teach"><h2>Try one of these</h2></div>')
            for example in EXAMPLES:
                st.button(example, type="tertiary", on_click=ask, kwargs={"q": example})
    st.html(
        '<div class="sw-teach"><h2>How to ask</h2><dl>'
        "<dt>in your own words</dt><dd>A question, a claim or a few words. Meaning and words both count.</dd>"
        "<dt><code>&quot;as it stands&quot;</code></dt><dd>The phrase in quotation marks must occur.</dd>"
        "<dt><code>-word</code></dt><dd>The word must not occur.</dd>"
        "<dt><kbd>/</kbd> or <kbd>Ctrl</kbd>+<kbd>K</kbd></dt><dd>To the box of the view.</dd>"
        "<dt><kbd>?</kbd></dt><dd>All keys.</dd>"
        "</dl></div>"
    )


def no_library(folder: Library) -> None:
    """What to show when there is no library yet: what one does with it, beginning with what comes first."""
    if signed_in.in_team():
        st.html('<div class="sw-teach"><h2>No sources yet</h2><p>A keeper of this library brings them in.</p></div>')
        return
    st.html(
        '<div class="sw-teach"><h2>No sources yet</h2>'
        f"<p>There is nothing to search in {escape(str(folder))}. In four steps:</p><ol>"
        "<li><strong>Bring in</strong> a folder of documents, here or from the command line: "
        f"<code>{as_started('python -m ingest FOLDER')}</code>. They stay where they are, "
        "and nothing leaves this machine.</li>"
        "<li><strong>Ask</strong> in your own words. You get passages as they stand in your sources.</li>"
        "<li><strong>Check a draft</strong>: sentence by sentence, what your sources say of it, and what differs.</li>"
        "<li><strong>Compare</strong> two sources, or many on one question.</li></ol></div>"
    )
    st.page_link(
        layout.LIBRARY, label="Bring in documents", icon=":material/arrow_forward:", query_params=layout.address({})
    )
