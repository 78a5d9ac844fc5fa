"""Daily bulletins: reads them into figures, reconciles them, writes them and shows them as series."""
