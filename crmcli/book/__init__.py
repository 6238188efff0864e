"""The folder of files: read, write, lock, check, index."""
