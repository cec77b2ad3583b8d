"""The tables that everything runs on: one schema, one cohort, one engine underneath."""
