"""Microsoft Teams: one registration for each organisation, and nothing of the SDK outside this folder."""
