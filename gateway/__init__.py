"""What we do about it: the edges around the pure core, and the one pump between them."""

__version__ = "0.1.0"
