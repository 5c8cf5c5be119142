"""Lines of a reproduction are broken between arguments, and mean what they meant before."""

from __future__ import annotations

import ast

import pytest

from awscontract.conformance.reproduce.line_breaks import command, statement

#: Statements that are longer than 40 columns, and the lines that are made of them.
STATEMENTS = {
    "client.list_users(Marker=answer['Marker'], MaxItems=3)": [
        "client.list_users(",
        "    Marker=answer['Marker'], MaxItems=3",
        ")",
    ],
    "client.list_users(Marker=answer['Marker'], MaxItems=3, PathPrefix='/a/')": [
        "client.list_users(",
        "    Marker=answer['Marker'],",
        "    MaxItems=3,",
        "    PathPrefix='/a/',",
        ")",
    ],
    "job = client.generate(EntityPath='o-1/r-1, or (none')['JobId']": [
        "job = client.generate(",
        "    EntityPath='o-1/r-1, or (none'",
        ")['JobId']",
    ],
    'client.register("before", lambda seen, **_: print(seen))': [
        "client.register(",
        '    "before",',
        "    lambda seen, **_: print(seen),",
        ")",
    ],
    "name = f\"{run}-{[3, 1, 2][index]:02}-{'of a user'}\"": ["name = f\"{run}-{[3, 1, 2][index]:02}-{'of a user'}\""],
    "policy = json.dumps({'Version': '2012-10-17', 'Statement': [{'Effect': 'Deny'}]})": [
        "policy = json.dumps(",
        "    {",
        "        'Version': '2012-10-17',",
        "        'Statement': [",
        "            {'Effect': 'Deny'}",
        "        ],",
        "    }",
        ")",
    ],
    "print()  # a remark that is long, and has (an argument)": [
        "print()  # a remark that is long, and has (an argument)"
    ],
}


@pytest.mark.parametrize("line", STATEMENTS)
def test_statement(line: str) -> None:
    """The arguments have a line of their own, or each of them has; and the statement is the same."""
    broken = list(statement(line, 40))

    assert broken == STATEMENTS[line]
    assert ast.dump(ast.parse("\n".join(broken))) == ast.dump(ast.parse(line))


def test_a_block_keeps_its_indentation() -> None:
    """Its first line may be broken too."""
    lines = [
        "while client.get(JobId=job, Limit=3).get('Status') == 'RUNNING':",
        "    client.wait(JobId=job, Seconds=1, Times=100)",
    ]
    broken = "\n".join(each for line in lines for each in statement(line, 40))

    assert ast.dump(ast.parse(broken)) == ast.dump(ast.parse("\n".join(lines)))
    assert max(map(len, broken.splitlines())) <= 40


def test_command() -> None:
    """A command of bash goes on behind a backslash; what has no blank in it stays whole."""
    assert command(["iam", "Action=ListUsers"], width=40) == "iam Action=ListUsers"
    assert command(["iam", "Action=ListUsers", "-d MaxItems=3", "-d Marker=" + "m" * 40], "  ", 40).splitlines() == [
        "  iam Action=ListUsers -d MaxItems=3 \\",
        "      -d Marker=" + "m" * 40,
    ]
