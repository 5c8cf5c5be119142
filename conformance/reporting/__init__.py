"""Results for other readers: a CI system, a pull request, a web page. One file a format; each is a function of results alone."""
