"""From a file to a `RawTable`: text first, nothing decided."""
