"""The commands of a real deployment, apart from the demonstration. Nothing here decides for a person."""
