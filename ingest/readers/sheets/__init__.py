"""Workbooks (XLSX, ODS) to documents: a row each where a column holds texts, else a sheet each."""
