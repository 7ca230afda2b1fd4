"""What anybody may read without logging in: notices to consumers that two people published. It promises to show nothing
else, no partner, no person, no quantity, and refuses to be asked too often. Reads only.
"""
