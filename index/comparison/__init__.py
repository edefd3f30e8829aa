"""What sources have in common: sentences aligned, text reused, events, topics, answers side by side."""
