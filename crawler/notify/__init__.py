"""Whom to tell, and how, when a run fails its checks."""
