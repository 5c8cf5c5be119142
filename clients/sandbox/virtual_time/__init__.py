"""Time that moves without passing, for everything that waits.

virtual_clock    the clock: pauses return at once
scheduler        threads take turns, and time moves only where none of them can go on
turns            what a thread waits for
waiting          locks and threads
pools            thread pools
held_locks       locks that a client made when its module was read
event_loops      the selectors of asyncio and trio
alarms           the signal of an alarm
orders           what otherwise depends on addresses, and on the machine
outside_threads  threads that were there before
standstill       threads that wait for something that is not ours
thread_states    what the system says about a thread
"""
