"""What the bot does: one plain function for each thing that can happen."""
