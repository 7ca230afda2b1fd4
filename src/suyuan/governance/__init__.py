"""The command kernel: who may do what where, one change record for each thing done, one answer for each request.

A command that was refused has done nothing; a request sent twice is done once.
"""
