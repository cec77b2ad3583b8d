"""A synthetic national registry: persons, profiles and their course as a freeze, made of tables of shares and a seed.

Nothing in it is of a real person. Findings follow counts from TCGA, all other shares are invented (`data`); tiers come
from the real assessment, so that what follows from a tier in the real registry follows from it here too.
"""
