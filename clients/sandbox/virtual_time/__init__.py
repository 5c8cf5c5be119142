"""Time that moves without passing, for everything that waits.

virtual_clock    the clock: pauses return at once
scheduler        threads take turns, and time moves only where none of them can go on
waiting          locks, threads and pools
held_locks       locks that a client made when its module was read
event_loops      the selectors of asyncio and trio
outside_threads  threads that were there before
"""
