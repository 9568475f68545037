"""The picture of a run: every named value in a tree, in the order of evaluation."""
