"""Foreign files are parsed in processes of their own, with limits: a bad file costs a line of the report."""
