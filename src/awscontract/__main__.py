"""``python -m awscontract`` is the command."""

from .conformance.cli import main

if __name__ == "__main__":
    main(prog_name="awscontract")
