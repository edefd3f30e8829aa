"""Filling the library: files to documents to passages. Where things are, in the order of a file's way:

- which files: ``roots``, ``ahead``
- reading each in a process with limits: ``pool`` (the ingest's side), ``worker``, ``frames`` (what they say to each
  other), ``readers`` (one a format), ``extract`` (what a reader hands over)
- what is not the text: ``clean``, with ``page``, ``article``, ``units``, ``phrases``; over a whole site ``recurring``
  and ``across``
- what a text says of itself: ``describe``, ``people``, ``filename``, ``kinds``
- whom to believe: ``origin`` (the merge), ``sidecar``, ``bibliography``, ``catalogue`` (those of a folder); ``restate``
  and ``settle`` (what changed reaches stored documents), ``edit`` (a person's word)
- passages and vectors: ``split``, ``batch``
- the whole run: ``pipeline``, ``digest`` (what is new), ``report``
"""
