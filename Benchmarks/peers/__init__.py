"""The comparison's parts: networks, their export to every engine, the workers that run them, and the table."""
