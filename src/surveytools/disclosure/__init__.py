"""From `Table` to `SafeTable`: small groups hidden, also by subtraction."""
