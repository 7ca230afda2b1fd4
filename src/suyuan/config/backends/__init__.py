"""Database backends: Django's own, with what this system needs of them."""
