"""The judge of clients: runs one against every valid service that its author may not have thought of.

scenarios   what the service does: tables of dangers, what is drawn, and how to make it simpler
recording   a service that notes each call, and knows when a client only goes round
clock       time that moves without passing
held        where the functions of `time` are held, under whatever name
brake       stops what will not stop
door        answers for every botocore client of this process, and for `requests`
judging     pure rules over what was asked, what was answered, and how it ended
comparing   what was returned, against what should have been
story       a finding in ten lines; words, how a value is told in it
examples    a client for each rule that breaks it
fuzz        `fuzz_client` itself
program     the same for a program in any language, over HTTP
"""

from .client_rules import Note
from .failure_report import ClientContractViolation
from .runner import Fuzzed, fuzz_client

__all__ = ["ClientContractViolation", "Fuzzed", "Note", "fuzz_client"]
