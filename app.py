"""The page: `streamlit run app.py`. The pages of ``views/`` and their addresses, nothing else."""

import streamlit as st
from starlette.middleware import Middleware

from views.admission import OwnPageOnly

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
    from index import default_library
    from index.programs import OpenLibrary
    from index.programs.routes import api_routes
    from ingest.draft import draft_of_text

    routes = api_routes(OpenLibrary(default_library()), draft_of_text)
    app = st.App(__file__, routes=routes, middleware=[Middleware(OwnPageOnly)])
