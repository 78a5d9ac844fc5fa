"""The pages, one module for each group of them; every view says what it needs."""
