"""Experiments with Cajal: a file each, run over models and seeds, with tables that anyone can make again."""
