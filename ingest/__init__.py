"""Filling the library: files → documents → passages, and the library kept in step with its folders.

``sync`` runs an ingest; ``sandbox`` reads foreign files in processes of their own; ``readers`` has one reader a format;
``metadata`` decides title, authors and dates; ``boilerplate`` what is not the article; ``chunking`` cuts passages;
``encoding`` turns bytes into text; ``draft`` reads a draft; ``report`` is the result; ``digest`` says what is new.
``docs/architecture.md`` draws the rooms.
"""
