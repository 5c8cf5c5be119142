"""The `awscontract` command."""
