# SPDX-License-Identifier: GPL-2.0
"""A Sphinx extension that finds the names of the interface that are on no page."""

import os
import subprocess

from sphinx.util import logging

logger = logging.getLogger(__name__)


def check_names(app, env):
    names = subprocess.run([os.path.join(os.path.dirname(__file__), "names")], check=True,
                           stdout=subprocess.PIPE, text=True).stdout.split()
    documented = {entry[0] for entry in env.get_domain("c").get_objects()}
    for name in names:
        if name not in documented:
            logger.warning("%s is in kmod/include/linux/, but on no page of Documentation/api/",
                           name)


def setup(app):
    app.connect("env-check-consistency", check_names)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
