"""The library page: which one is open, what is in it, and how to bring more in."""

from __future__ import annotations

import streamlit as st

from views.components import layout, source_list, upload

layout.frame("Library")
st.html('<h1 class="sw-title">Library</h1>')
source_list.choose()
with layout.errors_shown():
    folder = layout.library()
    upload.files(folder)
    source_list.show(folder)
