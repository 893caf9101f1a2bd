"""The demonstration: two invented partnerships whose history is played through the real handlers."""
