# Plain `snakemake --cores 2` runs what `surveytools run` runs. The rules are in the
# package, so that a study elsewhere, without this checkout, has them too.
from surveytools.running.pipeline import SNAKEFILE


include: str(SNAKEFILE)


# The first rule of an included file isn't what Snakemake makes by default.
rule report:
    input:
        rules.all.input,
