"""A simulated world: one seed decides what an author, a server, a disk and a clock do to the real program.

Models: FoundationDB's simulation and TigerBeetle's VOPR. Nothing sleeps, opens a connection or starts a process.
"""
