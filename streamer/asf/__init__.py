"""The audio stream feeder: follows streams' records and sends their bytes over WebSocket.

It keeps nothing that a restart would lose: any process serves any stream at any byte.
"""
