"""Where the numbers of a training are written besides its history."""
