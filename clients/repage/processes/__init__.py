"""The processes of a command that is run under ``awscontract repage``.

program   runs the command, and joins what its processes saw
startup   a folder for ``PYTHONPATH``, so that each Python among them begins
process   one of them: it re-pages itself, and leaves its log
"""
