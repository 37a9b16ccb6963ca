"""The questions of each notebook: one module a notebook, one function a question."""
