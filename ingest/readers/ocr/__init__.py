"""Pictures of pages to text: words by OCR, put in the order and the paragraphs of a PDF's page."""
