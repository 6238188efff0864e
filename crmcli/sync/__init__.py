"""Git and merging."""
