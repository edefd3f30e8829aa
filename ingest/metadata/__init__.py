"""Title, authors, dates and kind of a source: where they are stated, and which statement counts."""
