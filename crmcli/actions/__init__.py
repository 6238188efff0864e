"""What changes the book."""
