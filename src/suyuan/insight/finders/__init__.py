"""The finders: each asks for the causes of one or two kinds of alerts, by a fixed number of statements."""
