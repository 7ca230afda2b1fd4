"""Other companies' software and files. Promises that their data come in by the same doors as everybody's; refuses to
bring in what it cannot explain, and says so line by line."""
