"""The experiments: a file each, which has one `experiment`. A program that is long stands beside it."""
