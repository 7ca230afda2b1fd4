"""Orders: what is to come and to go, from whom and to whom, and how much of it has."""
