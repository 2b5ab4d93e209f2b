"""Path-traced subjects with exact alpha, for training the edge network."""
