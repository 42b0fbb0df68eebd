"""History answers questions: what a rule would have raised, and why one key did or did not fire at a moment."""
