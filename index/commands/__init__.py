"""A module for each command of ``python -m index``, of the same name. It is loaded when its command is given.

What it runs takes the options and the folder of the library, writes the answer, and gives the exit code.
"""
