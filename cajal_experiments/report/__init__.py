"""Tables, pages and figures of what was run: nothing else is shown."""
