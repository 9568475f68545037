"""The picture of recurrences: the states of each `iter` over its steps, their weights, and their sum."""
