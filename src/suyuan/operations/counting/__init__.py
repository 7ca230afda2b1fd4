"""The book is compared with what is there, and set right."""
