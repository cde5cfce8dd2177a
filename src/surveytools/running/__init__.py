"""From a study to `reports/`."""
