"""The scripts that make the weights in `digests/weights/`, each from openly licensed material."""
