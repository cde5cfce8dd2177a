# Which notebook must run, and after which: the numbers of the notebooks say so.
# `surveytools run` calls this; plain `snakemake --cores 2` works too.
import json
import sys

from surveytools.running.pipeline import job_of, run_of, search_outputs, write_page
from surveytools.running.publish import locked, publish

RUN = run_of(config)
NAMES = config.get("only") or list(RUN.notebooks)


workdir: str(RUN.work)


def end():
    """Publish, unless `surveytools run` does: it also says what became of what."""
    if config.get("parent"):
        RUN.ended.touch()
        return
    with locked(RUN.reports):
        publish(
            RUN,
            lambda runs: write_page(RUN, runs),
            lambda files: search_outputs(RUN, files),
        )


onsuccess:
    end()


onerror:
    end()


rule all:
    input:
        [str(RUN.stamp(name)) for name in NAMES],


rule notebook:
    input:
        notebook=lambda wildcards: str(RUN.notebooks[wildcards.name]),
        before=lambda wildcards: [str(RUN.stamp(n)) for n in RUN.needs(wildcards.name)],
    output:
        str(RUN.stamp("{name}")),
    # A log, because Snakemake removes the outputs of a failed job.
    log:
        str(RUN.executed("{name}")),
    params:
        # New content with an older date isn't new to Snakemake; its hash is.
        job=lambda wildcards: json.dumps(job_of(RUN, wildcards.name)),
        python=sys.executable,
    # Cleaning forks a process for each wave.
    threads: lambda wildcards: 2 if wildcards.name.startswith("1") else 1
    shell:
        "{params.python:q} -P -m surveytools.running.job {params.job:q}"
