"""A small model that reads two texts together: a question and a sentence, or a claim and its evidence."""
