"""Markup other than Markdown and HTML: reStructuredText, Org, LaTeX, notebooks."""
