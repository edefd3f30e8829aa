"""How fast the page answers in Chromium, on a library of a size that is asked for."""
