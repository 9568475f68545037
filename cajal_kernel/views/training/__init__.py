"""Trainings that feed a curve: those of Lightning and of Hugging Face, and the compiler's own."""
