"""Training curves: what is recorded, how it is thinned, and its forms as text, image, page and file."""
