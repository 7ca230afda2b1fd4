"""The office on the web: search, the page of every thing, receiving and shipping. Parses and shows; decides nothing."""
