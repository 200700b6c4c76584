"""What a man is told of all that is kept about him, and what is handed to others about him."""
