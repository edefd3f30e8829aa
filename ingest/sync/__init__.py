"""A folder and the library, kept in step: which files are new, what is stored of them, and what a person changes."""
