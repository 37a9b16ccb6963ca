"""Returns about children and workers: read whatever their form, checked, stacked over years."""
