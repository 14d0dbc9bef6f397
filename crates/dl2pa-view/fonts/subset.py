"""Makes the two font files of this folder from Inter's OTF files: see README.md."""

import subprocess
import sys
import tempfile
from pathlib import Path

from fontTools.ttLib import TTFont

# Latin-1 and Latin Extended-A, the Greek block, and the signs the interface uses.
UNICODES = (
    "U+0020-007E,U+00A0-017F,U+0391-03A9,U+03B1-03C9,"
    "U+2010-2015,U+2018-201E,U+2020-2022,U+2026,U+2030,U+2032,U+2033,"
    "U+207A,U+207B,U+2070,U+2074-2079,U+2080-2089,U+20AC,"
    "U+2190-2199,U+2202,U+2206,U+2211,U+2212,U+2215,U+221A,U+221E,U+2248,U+2260,U+2264,U+2265,U+22C5"
)
HERE = Path(__file__).parent


def tabular_figures(font: TTFont) -> dict[str, str]:
    """Glyph of each figure -> its form of one width, from the font's own `tnum` feature."""
    gsub = font["GSUB"].table
    lookups = {i for f in gsub.FeatureList.FeatureRecord if f.FeatureTag == "tnum" for i in f.Feature.LookupListIndex}
    forms: dict[str, str] = {}
    for index in lookups:
        for table in gsub.LookupList.Lookup[index].SubTable:
            forms.update(getattr(getattr(table, "ExtSubTable", table), "mapping", {}))
    return forms


def main(source: Path) -> None:
    for weight in ("Regular", "SemiBold"):
        font = TTFont(source / f"Inter-{weight}.otf")
        forms = tabular_figures(font)
        # Figures of one width, so that read-outs do not jump while they count.
        for table in font["cmap"].tables:
            for code, name in list(table.cmap.items()):
                if ord("0") <= code <= ord("9"):
                    table.cmap[code] = forms.get(name, name)
        with tempfile.TemporaryDirectory() as folder:
            tabular = Path(folder) / "tabular.otf"
            font.save(tabular)
            subprocess.run(
                [
                    sys.executable, "-m", "fontTools.subset", str(tabular),
                    f"--unicodes={UNICODES}", "--layout-features=kern,mark,mkmk,ccmp",
                    "--no-hinting", "--desubroutinize", "--name-IDs=*",
                    f"--output-file={HERE / f'Inter-{weight}.otf'}",
                ],
                check=True,
            )


main(Path(sys.argv[1]))
