"""Talks to the world: chat platforms, the web, the clock, the outbox."""
