"""From a `RawTable` and a codebook to `Responses`."""
