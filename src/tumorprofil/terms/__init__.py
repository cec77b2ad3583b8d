"""Ground floor: the vocabulary of genomic tumour profiling, as types and reference tables."""
