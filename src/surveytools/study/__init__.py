"""What a study is: waves, units, services, tab plan."""
