"""From `Responses` to `Table`: counts with explicit bases."""
