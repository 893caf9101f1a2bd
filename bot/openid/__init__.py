"""Signing in with an account elsewhere: what a provider is asked, and what of its answer is believed."""
