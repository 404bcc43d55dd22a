"""Who is asking, and how guessing is slowed down."""
