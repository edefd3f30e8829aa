"""DOCX, ODT, EPUB and RTF to text with headings: each becomes blocks, and blocks become a document."""
