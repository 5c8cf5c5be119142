"""Who is in an account. A listing needs no job: the function takes a client alone."""


def user_names(client):
    """Collect the name of every user, in the order of the listing."""
    pages = client.get_paginator("list_users").paginate()
    return [user["UserName"] for page in pages for user in page.get("Users", [])]
