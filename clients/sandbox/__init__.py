"""Whatever changes the process in which users' code runs: virtual clock, watchdog, interception, patching."""
