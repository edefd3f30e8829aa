"""A draft: its sentences, the evidence for them, what the person and a judge say."""
