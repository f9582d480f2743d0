# SPDX-License-Identifier: GPL-2.0
#
# How Sphinx builds these pages. "make docs" runs it, by tools/docs/build, which sets $srctree to the
# kernel sources that the kernel-doc extension is taken from.

import os
import re
import sys

top = os.path.abspath("..")
kernel = os.environ["srctree"]
sys.path[:0] = [os.path.join(top, "tools/docs"), os.path.join(kernel, "Documentation/sphinx")]

with open(os.path.join(top, "kmod/include/uapi/linux/kpool_version.h"), encoding="utf-8") as header:
    release = re.search(r'KPOOL_VERSION\s+"([^"]+)"', header.read()).group(1)

project = "kpool"
copyright = "the kpool authors"
version = release
language = "en"

extensions = ["kerneldoc", "sphinxcontrib.programoutput", "api", "references"]
kerneldoc_srctree = top

# Text without a language is text. Examples are C and say so.
highlight_language = "none"
primary_domain = "c"

# Every reference to kpool must be found. The kernel's own names are on no page of these.
nitpicky = True
nitpick_ignore_regex = [(r"c:.*", r"(?!(devm_)?kpool|KPOOL|DEFINE_KPOOL).*")]

html_theme = "sphinx_rtd_theme"
html_title = f"kpool {release}"
html_static_path = ["static"]
html_css_files = ["kpool.css"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_theme_options = {"navigation_depth": 3}
