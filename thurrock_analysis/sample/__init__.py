"""A fictional authority: its children and workers, their returns, and what is true of them."""
