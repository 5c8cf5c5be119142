"""The judge of clients: runs one against every valid service that its author may not have thought of.

runner             `fuzz_client` itself
arguments          its arguments, checked
bench              where a client is run
recorder           a service that records each call, and knows when a client makes no progress
scenarios          what the service does: tables of dangers, what is drawn, and how to make it simpler
judging            pure rules over the requests, the responses, and how it ended
failure_database   what broke a client, for the next run
item_pool          items of the user's own strategy
examples           a client for each rule that breaks it
subprocess_client  the same for a program in any language, over HTTP
program_process    one process of such a program: its arguments, its environment, how it ended
program_output     what it prints
true_listing       what a listing really holds
"""

from .judging.failure_report import ClientContractViolation
from .judging.run import Note
from .runner import Fuzzed, fuzz_client

__all__ = ["ClientContractViolation", "Fuzzed", "Note", "fuzz_client"]
