"""Inspection: plans, samples, results and what does not conform."""
