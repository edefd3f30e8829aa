"""PDF to text with pages and headings: lines, reading order, paragraphs, headings, metadata."""
