"""From `SafeTable` to figures, deck and pages."""
