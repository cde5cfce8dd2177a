"""Protected tables made by hand, of the shapes that the demo study has."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from surveytools.analysis.estimation import Estimation, intervals_of
from surveytools.analysis.table import CELLS, TOTAL, Table
from surveytools.cleaning.codebook import Choice, Kind
from surveytools.disclosure.safe import SafeTable, seal
from surveytools.presenting import draw, load_words
from surveytools.study.study import Disclosure, Export, Profile, Study, Wave
from surveytools.study.tabplan import BaseKind, PlannedTable

DEPARTMENTS = {
    "ep": ("EP", 93),
    "it": ("IT", 44),
    "th": ("TH", 8),
    "dg_ir_rcs": ("DG/IR/RCS", 6),
    "be": ("BE", 30),
    "sy": ("SY", 22),
    "te": ("TE", 16),
    "en_sce": ("EN + SCE", 20),
    "administration": ("Administration", 14),
    "hse": ("HSE", 3),
}
SERVICES = [
    "ml.cern.ch",
    "SWAN",
    "LXPLUS GPU",
    "LXPLUS",
    "HTCondor (incl. GPU)",
    "OpenStack GPU VMs",
    "Kubernetes GPU",
    "HPC (Slurm)",
    "EOS",
    "CERNBox",
    "CVMFS",
    "Tape archive (CTA)",
    "S3 / Ceph",
    "Hadoop / Spark",
    "NXCALS",
    "GitLab CI/CD",
    "Container registry",
    "MLflow",
    "MONIT",
    "OpenSearch",
    "Database on Demand",
    "PaaS web hosting",
    "Other JupyterHub",
    "TTaaS",
    "Zenodo / CDS / Invenio",
    "WLCG grid",
    "Online farms and FPGA",
    "Department GPUs",
    "GenAI services",
    "Next Generation Triggers",
]
OBSTACLES = [
    "Trop peu de GPU ou files d'attente longues",
    "Pas d'entraînement multi-GPU ou à grande échelle",
    "Vitesse d'accès aux données ou espace de stockage",
    "Préparation, annotation et qualité des données",
    "Manque de compétences ML ou de personnel",
    "Trouver le bon service et sa documentation",
    "Passage du prototype à la production",
    "Reproductibilité et gestion des modèles",
    "Latence ou limites de ressources au déploiement",
    "Sécurité, confidentialité, restrictions réseau",
    "Budget / coût du cloud ou du matériel",
    "Confiance, explicabilité, acceptation",
]
ML_USE = ["Uses ML", "Plans to use ML", "Doesn't use ML"]
SATISFACTION = [
    "Very dissatisfied",
    "Dissatisfied",
    "Neutral",
    "Satisfied",
    "Very satisfied",
]
SEVERITY = ["Pas un obstacle", "Mineur", "Modéré", "Majeur", "Bloquant"]


def choices(labels: Sequence[str], *, valued: bool = False) -> tuple[Choice, ...]:
    return tuple(
        Choice(f"c{place}", label, value=place if valued else None)
        for place, label in enumerate(labels, start=1)
    )


def table_of(
    counts: np.ndarray,
    bases: np.ndarray,
    *,
    groups: Sequence[Choice],
    answers: Sequence[Choice],
    rows: Sequence[Choice] = (),
    kind: Kind = Kind.SINGLE,
    **more: object,
) -> Table:
    """Make a `Table`; ``counts`` and ``bases`` by group, row and answer."""
    codes = [row.code for row in rows] or [""]
    index = pd.MultiIndex.from_product(
        [[g.code for g in groups], codes, [a.code for a in answers]],
        names=["group", "row", "answer"],
    )
    cells = index.to_frame(index=False)
    cells["count"] = np.asarray(counts, dtype=int).reshape(-1)
    cells["base"] = np.broadcast_to(
        bases, (len(groups), len(codes), len(answers))
    ).reshape(-1)
    cells["share"] = cells["count"] / cells["base"].where(cells["base"].gt(0))
    bare = more.get("base") is BaseKind.MENTIONS
    estimation = Estimation(None) if bare else Estimation()
    cells["low"], cells["high"] = intervals_of(cells, estimation)
    settings = {
        "id": "demo_table",
        "title": "Demo table",
        "stub": "q06",
        "stub_label": "Demo",
        "banner": "department" if len(groups) > 1 else None,
        "banner_label": "Department" if len(groups) > 1 else None,
        "base": BaseKind.ANSWERED,
        "unit": "respondent",
        "answers_partition": kind is not Kind.MULTIPLE,
        "groups_partition": True,
        "sensitive": False,
        "where": None,
        "wave": "2024",
        "estimation": estimation,
        **more,
    }
    return Table(
        stub_kind=kind,
        rows=tuple(rows),
        answers=tuple(answers),
        groups=tuple(groups),
        cells=cells[list(CELLS)],
        **settings,
    )


def sealed(
    table: Table, hidden: Mapping[str, object] | pd.Series | None = None
) -> SafeTable:
    """Protect by a given mask, as `protect` writes it: bases of closed groups too."""
    cells = table.cells.copy()
    if hidden is None:
        hidden = pd.Series(data=False, index=cells.index)
    small = cells["base"].between(1, 4)
    withheld = hidden.astype(bool) | small
    cells["count"] = cells["count"].astype("Int64").mask(withheld)
    cells["base"] = cells["base"].astype("Int64").mask(small)
    for column in ("share", "low", "high"):
        cells[column] = cells[column].mask(withheld)
    cells["withheld"] = withheld
    return seal(
        table,
        cells,
        threshold=5,
        profile=Profile.WORKSHOP,
        unresolved=table.unresolved,
        no_group=table.no_group,
    )


def ml_use(counts: np.ndarray | None = None, **more: object) -> Table:
    """ML use by department, total last; HSE has three respondents."""
    groups = [Choice(code, label) for code, (label, _) in DEPARTMENTS.items()]
    sizes = np.array([size for _, size in DEPARTMENTS.values()])
    if counts is None:
        counts = np.stack([sizes * 7 // 10, sizes * 2 // 10, 0 * sizes], axis=1)
        counts[:, 2] = sizes - counts.sum(axis=1)
    counts = np.vstack([counts, counts.sum(axis=0)])
    bases = counts.sum(axis=1)[:, None, None]
    return table_of(
        counts,
        bases,
        groups=[*groups, Choice(TOTAL, "Total")],
        answers=choices(ML_USE),
        **{"id": "ml_use_by_department", **more},
    )


def service_use(**more: object) -> Table:
    """Service use by department: 30 services, 10 departments and the total."""
    groups = [Choice(code, label) for code, (label, _) in DEPARTMENTS.items()]
    sizes = np.array([size for _, size in DEPARTMENTS.values()])
    place = np.arange(len(SERVICES))
    rate = 0.05 + 0.85 * np.abs(np.sin(place[None, :] * 1.7 + np.arange(10)[:, None]))
    counts = np.floor(rate * sizes[:, None]).astype(int)
    counts = np.vstack([counts, counts.sum(axis=0)])
    bases = np.append(sizes, sizes.sum())[:, None, None]
    return table_of(
        counts,
        bases,
        groups=[*groups, Choice(TOTAL, "Total")],
        answers=choices(SERVICES),
        kind=Kind.MULTIPLE,
        **{"id": "service_use_by_department", **more},
    )


def chosen(
    labels: Sequence[str], rates: Sequence[float], number: int, **more: object
) -> Table:
    """A multiple-response item of everybody."""
    counts = np.floor(np.array(rates) * number).astype(int)
    return table_of(
        counts,
        np.array([[[number]]]),
        groups=[Choice(TOTAL, "Total")],
        answers=choices(labels),
        kind=Kind.MULTIPLE,
        **more,
    )


def scale(
    rows: Sequence[str], levels: Sequence[str], counts: np.ndarray, **more: object
) -> Table:
    """A matrix of a scale, of everybody; ``counts`` by row and level."""
    counts = np.asarray(counts)
    return table_of(
        counts[None],
        counts.sum(axis=1)[None, :, None],
        groups=[Choice(TOTAL, "Total")],
        answers=choices(levels, valued=True),
        rows=tuple(Choice(f"r{i}", text) for i, text in enumerate(rows)),
        kind=Kind.MATRIX,
        **more,
    )


def satisfaction(**more: object) -> Table:
    """Satisfaction with 30 services; nobody is very dissatisfied with any."""
    place = np.arange(len(SERVICES))[:, None]
    counts = np.floor(
        12 + 11 * np.sin(place * 0.9 + np.arange(5)[None, :] * 0.8)
    ).astype(int)
    counts[:, 0] = 0
    return scale(
        SERVICES, SATISFACTION, counts, **{"id": "satisfaction_by_service", **more}
    )


def plan_of(figure: str | None, **more: object) -> PlannedTable:
    return PlannedTable(
        **{
            "id": "demo_table",
            "topic": "department",
            "stub": "q06",
            "figure": figure,
            "title": {"en": "Use of ML by department", "fr": "Usage du ML"},
            **more,
        }
    )


@pytest.fixture(scope="session")
def study() -> Study:
    return Study(
        title="ML infrastructure survey",
        synthetic=True,
        source="Demo data of surveytools, CC0",
        disclosure=Disclosure(profile=Profile.WORKSHOP, threshold=5),
        waves=(
            Wave(
                name="2024",
                label="Spring 2024",
                codebook=Path("codebook.toml"),
                exports=(Export(file=Path("export.csv")),),
            ),
        ),
    )


@pytest.fixture(scope="session")
def words():
    return load_words("en")


@pytest.fixture(scope="session")
def french():
    return load_words("fr")


@pytest.fixture(scope="session")
def make() -> SimpleNamespace:
    """Give the makers above to tests."""
    return SimpleNamespace(
        choices=choices,
        table_of=table_of,
        sealed=sealed,
        ml_use=ml_use,
        service_use=service_use,
        chosen=chosen,
        scale=scale,
        satisfaction=satisfaction,
        plan=plan_of,
        departments=DEPARTMENTS,
        services=SERVICES,
        obstacles=OBSTACLES,
        severity=SEVERITY,
        levels=SATISFACTION,
    )


@pytest.fixture(scope="session")
def families(make) -> dict[str, dict[str, object]]:
    """Arguments of `draw` for each family, with some cells withheld."""
    rng = np.random.default_rng(2024)
    use = make.service_use()
    satisfied = make.satisfaction()
    obstacles = make.scale(
        OBSTACLES, SEVERITY, rng.integers(6, 60, (12, 5)), id="obstacles"
    )
    needs = make.chosen(OBSTACLES, rng.uniform(0.02, 0.7, 12), 187, id="needs")
    aware = make.chosen(SERVICES, np.linspace(0.95, 0.3, 30), 229, id="service_aware")
    used = make.chosen(SERVICES, np.linspace(0.8, 0.01, 30), 229, id="service_use")
    return {
        "bars": {
            "table": make.sealed(needs, needs.cells["count"].lt(20)),
            "plan": make.plan("bars"),
        },
        "stacked": {"table": make.sealed(make.ml_use()), "plan": make.plan("stacked")},
        "heatmap": {
            "table": make.sealed(use, use.cells["count"].eq(1)),
            "plan": make.plan("heatmap"),
        },
        "awareness": {
            "table": make.sealed(used, used.cells["count"].lt(5)),
            "plan": make.plan("awareness"),
            "second": make.sealed(aware),
        },
        "likert": {
            "table": make.sealed(satisfied, satisfied.cells["count"].between(1, 3)),
            "plan": make.plan("likert"),
        },
        "severity": {"table": make.sealed(obstacles), "plan": make.plan("severity")},
    }


FAMILIES = ("bars", "stacked", "heatmap", "awareness", "likert", "severity")


@pytest.fixture(scope="session", params=FAMILIES)
def family(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="session")
def figure(family, families, words, study):
    return draw(**families[family], words=words, study=study)
