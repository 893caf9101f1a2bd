"""E-mail: for sign-in links and invitations, and for people who have neither Slack nor Teams.

A mail never holds a contributor's words, never records anything by being opened, and asks nothing of any
server when it is read: no picture, no font, no tracking.
"""
