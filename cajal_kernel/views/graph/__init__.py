"""The picture of a neuron as a graph: boxes for what is computed, wires for the tensors between them."""
