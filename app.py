"""The page: `streamlit run app.py`. What ``router.py`` shows, behind the rules of ``views/admission.py``."""

import streamlit as st
from starlette.middleware import Middleware

from views.admission import OwnPageOnly

app = st.App("router.py", middleware=[Middleware(OwnPageOnly)])
