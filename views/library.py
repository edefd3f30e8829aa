"""The library page: which one is open, what is in it, and how to bring more in."""

from __future__ import annotations

import streamlit as st

from views import bring, parts, shelf

parts.frame("Library")
st.html('<h1 class="sw-title">Library</h1>')
shelf.choose()
with parts.errors_shown():
    folder = parts.library()
    bring.files(folder)
    shelf.show(folder)
