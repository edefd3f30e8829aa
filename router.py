"""The pages of ``views/`` and their addresses, nothing else."""

import streamlit as st

st.navigation(
    [
        st.Page("views/search.py", title="Search", default=True),
        st.Page("views/draft.py", title="Check a draft", url_path="draft"),
        st.Page("views/compare.py", title="Compare", url_path="compare"),
        st.Page("views/library.py", title="Library", url_path="library"),
        st.Page("views/source.py", title="Source", url_path="source", visibility="hidden"),
    ],
    position="top",
).run()
