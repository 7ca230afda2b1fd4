"""A dairy that does not exist, at work for three months: the same for everybody with the same seed.

Everything goes through the commands that people use, with their rights and their two pairs of eyes; nothing is written
beside them. GS1 prefix 952 is set aside for demonstrations, so no number here is anybody's.
"""
