"""What a customer, an interaction, a promise is; knows nobody."""
