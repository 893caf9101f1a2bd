"""What is a partnership's own and can be changed at the desk: codebook, prompts, and a few sentences.

Home-grown data in numbered versions, each looked at by the same checks before it holds, and none ever lost.
"""
