"""The larger commands of ``python -m index``, each loaded when it is given."""
