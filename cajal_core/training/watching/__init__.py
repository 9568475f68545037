"""What is told of the neurons in a module while it trains: dead links, and the values of probes."""
