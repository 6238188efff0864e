"""A command-line CRM over plain files."""
