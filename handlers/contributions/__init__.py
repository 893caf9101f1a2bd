"""Reflect, relay, correct, withdraw: how words come in, and how their authors take them back."""
