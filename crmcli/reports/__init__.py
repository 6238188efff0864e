"""What the book can tell."""
