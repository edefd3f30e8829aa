"""HTML to the text of the article, with headings and metadata."""
