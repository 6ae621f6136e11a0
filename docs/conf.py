"""The site: `make docs` builds it into build/site, and any warning ends it."""

import importlib.metadata
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

project = "coresponder"
author = "the coresponder developers"
release = importlib.metadata.version("coresponder-sim")
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
source_suffix = {".md": "myst-nb", ".ipynb": "myst-nb"}
nb_execution_mode = "off"  # they come with their outputs
exclude_patterns = ["__pycache__"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4
suppress_warnings = ["misc.highlighting_failure"]  # a row of a table may be no whole YAML
html_theme = "furo"
html_title = "coresponder"
html_static_path: list[str] = []
html_copy_source = False
autodoc_typehints = "none"  # they stand in the signature
napoleon_numpy_docstring = True


def setup(app):  # noqa: ANN001, ANN201 - called by sphinx
    """Write the pages of the reference and the notebooks before sphinx looks for pages."""
    import executed  # noqa: PLC0415 - beside this file
    import reference  # noqa: PLC0415

    app.connect("config-inited", lambda *_: reference.write(HERE / "reference"))
    app.connect("config-inited", lambda *_: executed.write(HERE / "notebooks"))
