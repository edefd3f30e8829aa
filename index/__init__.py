"""The library: what can be found, and how. It knows nothing of files to ingest, nor of the page.

In the order in which one builds on another:

- the nouns: ``types``, ``errors``; reading: ``text``, ``query``; writing: ``inert``
- the truth: ``store`` with ``schema`` and ``rows``; ``lock``
- models: ``embed``, ``reference``, ``models``
- what is derived: ``vectors``, ``words``, ``copies``, in a ``segment``, in a ``generation``, made by ``publish``, tried
  by ``selftest``, checked by ``verify``
- search: ``ranking``, ``confidence``, ``voices``, and ``search``, which opens a library; ``explain`` and ``like``
- beyond a question: ``differences`` between two sentences; ``quotations``; ``check`` with ``checking``, for a draft;
  ``compare`` with ``comparison``, for sources
- told: ``as_json``, ``told`` for a terminal; ``export``, to take along what ``export_draft`` and ``export_compare``
  have, over ``docx``; ``__main__``, which takes ``arguments``
"""
