"""Slack: forms as modals, messages as blocks, and one way in for whatever happens there."""
