"""Papers for whoever must say yes to a deployment, filled in from its settings and from the code."""
