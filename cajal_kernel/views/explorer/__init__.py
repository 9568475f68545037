"""The explorer: a program and its neuron together, which run in the page."""
