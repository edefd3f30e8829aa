"""The page: `streamlit run app.py`. The pages of ``views/`` and their addresses, nothing else."""

import os
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

import views
from views.admission import OwnPageOnly, refuse_network
from views.program_routes import ROUTES
from views.prompt_answers import PromptAnswers

PAGES = Path(views.__path__[0])  # the script may be installed elsewhere than they

if __name__ == "__main__":  # each visit runs this file as a script
    st.navigation(
        [
            st.Page(PAGES / "search.py", title="Search", default=True),
            st.Page(PAGES / "draft.py", title="Check a draft", url_path="draft"),
            st.Page(PAGES / "compare.py", title="Compare", url_path="compare"),
            st.Page(PAGES / "collections.py", title="Collections", url_path="collections"),
            st.Page(PAGES / "library.py", title="Library", url_path="library"),
            st.Page(PAGES / "source.py", title="Source", url_path="source", visibility="hidden"),
        ],
        position="top",
    ).run()
else:  # the server imports it, once, and answers by the rules of ``views/admission.py`` and ``views/sign_in.py``
    team = None
    if views.TEAM_VARIABLE in os.environ:  # what a team takes loads the library too, which one person need not wait for
        from views.sessions import serve
        from views.sign_in import SignedInOnly
        from views.team import team_of_environment

        team = team_of_environment()
    refuse_network(
        st.get_option("server.address"), st.get_option("server.allowedHosts"), signed_in_host=team.host if team else ""
    )
    middleware = [Middleware(PromptAnswers), Middleware(OwnPageOnly, origin=team.origin if team else "")]
    if team:
        serve(team)
        middleware.append(Middleware(SignedInOnly, team=team))
    app = st.App(__file__, routes=ROUTES, middleware=middleware)
