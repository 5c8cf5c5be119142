"""Where the emulator answers: botocore clients, HTTP, `responses`, moto."""
