"""Quotations of a draft, and where in the library they stand."""
