import itertools

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from surveytools.presenting import style
from surveytools.presenting.style import contrast, slide_style, text_on

# Simulation of full dichromacy, from G. M. Machado, M. M. Oliveira, L. A. F.
# Fernandes, "A Physiologically-based Model for Simulation of Color Vision
# Deficiency", IEEE TVCG 15(6), 2009, severity 1.0; applied to linear RGB.
MACHADO = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
    "normal sight": np.eye(3).tolist(),
}
NOTICEABLE = 10  # CIE76; 2.3 is just noticeable side by side


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of linear sRGB, white point D65."""
    to_xyz = np.array(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    )
    xyz = to_xyz @ np.clip(rgb, 0, 1) / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def seen(colour: str, sight: str) -> np.ndarray:
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return lab(np.array(MACHADO[sight]) @ linear)


SCALES = {
    **{f"categorical {k}": style.categorical(k) for k in range(2, 8)},
    **{f"sequential {k}": style.sequential(k) for k in range(2, 8)},
    **{f"diverging {k}": style.diverging(k) for k in range(2, 8)},
}


@pytest.mark.parametrize("sight", MACHADO)
@pytest.mark.parametrize("name", SCALES)
def test_neighbours_differ_for_every_sight(name, sight):
    for one, other in itertools.pairwise(SCALES[name]):
        distance = np.linalg.norm(seen(one, sight) - seen(other, sight))
        assert distance >= NOTICEABLE, (one, other)


def test_contrast_as_wcag_defines_it():
    # W3C: black on white is 21:1; #767676 is the lightest grey with 4.5:1 on white.
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") >= 4.5 > contrast("#777777", "#FFFFFF")


@pytest.mark.parametrize("colour", [style.INK, style.MUTED, style.ALERT])
def test_text_colours_read_on_white(colour):
    assert contrast(colour, "#FFFFFF") >= 4.5


@pytest.mark.parametrize(
    "colour",
    [
        *itertools.chain.from_iterable(SCALES.values()),
        *(style.heat(share) for share in np.linspace(0, 1, 101)),
        style.APART,
    ],
)
def test_numbers_read_on_every_fill(colour):
    assert contrast(text_on(colour), colour) >= 4.5


def test_heat_depends_on_the_share_alone():
    assert style.heat(0.0) == "#F4F8FC"
    assert style.heat(1.0) == style.heat(3.0) == "#12436D"


def test_style_ignores_and_restores_the_users_settings():
    with mpl.rc_context({"font.size": 3, "text.parse_math": True}):
        with slide_style():
            assert mpl.rcParams["font.size"] == 12
            assert mpl.rcParams["text.parse_math"] is False
            assert mpl.rcParams["svg.hashsalt"] == "surveytools"
        assert mpl.rcParams["font.size"] == 3
