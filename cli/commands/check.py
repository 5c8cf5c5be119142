"""``awscontract check``: judge an implementation."""

import warnings
from typing import Any

import click
from click.core import ParameterSource

from ...conformance.driver.targets import TARGETS, TargetOptions, find_entity_path, open_target
from ...conformance.trace.exchange import Trace
from ...options.files import check_apart, check_writable, write
from ..completion import of_files
from ..progress import progress
from ..result_options import Ending, conclude, judging, limit, pause, text

__all__ = ["check"]


@click.command(short_help="Judge an implementation.")
@click.option("--endpoint-url", metavar="URL", help="Where the implementation listens.")
@click.option("--target", type=click.Choice(TARGETS), help="An implementation by its name.  [default: emulator]")
@click.option("--profile", type=text, help="The AWS profile whose keys sign the requests.")
@click.option("--region", type=text, help="The region that requests are signed for.  [default: us-east-1]")
@click.option("--no-sign-request", is_flag=True, help="Do not sign requests.")
@click.option("--no-verify-ssl", is_flag=True, help="Do not verify TLS certificates.")
@click.option(
    "--ca-bundle", type=text, metavar="FILE", shell_complete=of_files, help="The CA certificates to verify TLS with."
)
@click.option("--entity-path", type=text, help="Report on this entity.  [default: the organization's root]")
@click.option("--job-id", type=text, help="Only read this finished report.")
@click.option("--seed-command", type=text, metavar="CMD", help="Run first; may print an entity path or a JobId.")
@click.option("--poll-interval", type=pause, metavar="SECONDS", help="Pause between polls.  [default: 0.2; 2 for aws]")
@click.option("--timeout", type=limit, metavar="SECONDS", default=120.0, show_default=True, help="For the run.")
@click.option("--read-timeout", type=limit, metavar="SECONDS", default=10.0, show_default=True, help="For an answer.")
@click.option(
    "--explore",
    type=click.IntRange(min=0),
    metavar="N",
    help="Generated request sequences after the fixed survey.  [default: 25; 0 for aws]",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="For what is generated.")
@click.option("--concurrency", type=click.IntRange(min=1), default=1, show_default=True, help="Requests at a time.")
@click.option(
    "--lacks",
    type=click.Choice(["organizations", "unfinished-jobs", "failed-jobs", "second-job"]),
    multiple=True,
    help="What the target cannot do, told where rules are not exercised. Repeatable.",
)
@click.option(
    "--record",
    type=text,
    metavar="FILE",
    shell_complete=of_files,
    help="Write the trace there: every request with its answer.",
)
@click.option("--keep-ids", is_flag=True, help="No pseudonyms for accounts and organizations in what is recorded.")
@judging
def check(
    *,
    endpoint_url: str | None,
    target: str | None,
    profile: str | None,
    region: str | None,
    no_sign_request: bool,
    no_verify_ssl: bool,
    ca_bundle: str | None,
    entity_path: str | None,
    job_id: str | None,
    seed_command: str | None,
    record: str | None,
    keep_ids: bool,
    ending: Ending,
    **run: Any,
) -> int:
    """Judge an implementation of iam:GetOrganizationsAccessReport.

    Without --endpoint-url and --target that is the embedded emulator, over loopback HTTP. The exit status is 0 where
    nothing that must hold is broken, 1 where something is, 3 where it could not be judged, 2 for wrong usage.
    """
    check_writable("--record", record)
    check_apart({"--save": ending.save, "--record": record})
    endpoint_url, target = _alternatives(endpoint_url, target)
    options = TargetOptions(
        endpoint_url=endpoint_url,
        target=target,
        profile=profile,
        region=region,
        sign_request=not no_sign_request,
        verify_ssl=not no_verify_ssl,
        ca_bundle=ca_bundle,
        entity_path=entity_path,
        look_up=job_id is None and seed_command is None,
        read_timeout=run["read_timeout"],
    )
    if no_verify_ssl:
        warnings.filterwarnings("ignore", message="Unverified HTTPS request")  # the user has just said so
    defaults = {"poll_interval": 2.0, "explore": 0} if options.kind == "aws" else {"poll_interval": 0.2, "explore": 25}
    run = {name: defaults.get(name) if value is None else value for name, value in run.items()}

    traces: list[Trace] = []
    with open_target(options) as opened:
        from ...conformance.check import check as judge  # after everything that could be wrong with the usage

        path, job = opened.entity_path, job_id
        if seed_command is not None:
            from ...conformance.driver.seeding import seed

            seeded = seed(seed_command, options, opened.target, run["timeout"])
            path, job = entity_path or seeded.entity_path or path, job_id or seeded.job_id
            if path is None and job is None:
                path = find_entity_path(options)
        if options.kind == "aws":
            click.echo(f"awscontract: {budget(opened.target.endpoint_url, job)}", err=True)
        with progress() as tell:
            result = judge(
                opened.client,
                entity_path=path,
                job_id=job,
                allow_aws=options.kind == "aws",
                redact=not keep_ids and (record is not None or options.kind == "aws"),
                target=opened.target,
                progress=tell and (lambda calls, doing: tell(f"{calls} calls: {doing}")),
                record=traces.append,
                **run,
            )
    try:
        return conclude(result, ending)
    finally:
        if record is not None and traces:
            write(record, traces[0].dumps().encode(errors="backslashreplace"))


def budget(endpoint_url: str | None, job_id: str | None) -> str:
    """What a run against AWS costs at most, for the user to read before it starts."""
    from ...conformance.driver.driver import Limits

    limits = Limits().towards_aws()
    report = "makes one report and reads it" if job_id is None else f"only reads report {job_id}"
    return f"{report}, in at most {limits.calls} calls to {endpoint_url}, {1 / limits.pace:g} a second"


def _alternatives(endpoint_url: str | None, target: str | None) -> tuple[str | None, str | None]:
    """What the command line says of the two outweighs what a file or a variable says of the other."""
    context = click.get_current_context()
    typed = {
        name for name in ("endpoint_url", "target") if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }
    if len(typed) != 1:
        return endpoint_url, target
    return (endpoint_url, None) if "endpoint_url" in typed else (None, target)
