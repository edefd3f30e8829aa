"""The page: `streamlit run app.py`. The pages of ``views/`` and their addresses, nothing else."""

import streamlit as st
from starlette.middleware import Middleware

from views.admission import OwnPageOnly
from views.program_routes import ROUTES

if __name__ == "__main__":  # each visit runs this file as a script
    st.navigation(
        [
            st.Page("views/search.py", title="Search", default=True),
            st.Page("views/draft.py", title="Check a draft", url_path="draft"),
            st.Page("views/compare.py", title="Compare", url_path="compare"),
            st.Page("views/collections.py", title="Collections", url_path="collections"),
            st.Page("views/library.py", title="Library", url_path="library"),
            st.Page("views/source.py", title="Source", url_path="source", visibility="hidden"),
        ],
        position="top",
    ).run()
else:  # the server imports it, once, and answers by the rules of ``views/admission.py``
    app = st.App(__file__, routes=ROUTES, middleware=[Middleware(OwnPageOnly)])
