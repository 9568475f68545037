"""Two programs or two neurons side by side, what differs first."""
