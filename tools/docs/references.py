# SPDX-License-Identifier: GPL-2.0
"""A Sphinx extension that resolves the references of kpool's pages.

The pages link to each other as a forge needs it: `text <../concepts.rst#anchor>`_. In the built
documentation this becomes a link to the built page; a link to another file of the tree becomes a
download of it. A name in ``double quotes`` that is on a page of the API becomes a link to it. A
link to a file or to an anchor that does not exist is a warning, and so is a cell of a table that
is not what it looks like in the text.
"""

import os
import re

from docutils import nodes
from sphinx import addnodes
from sphinx.util import logging

logger = logging.getLogger(__name__)

PUBLIC_NAME = re.compile(r"(?:struct |enum )?((?:devm_)?kpool_\w+|(?:DEFINE_)?KPOOL\w*)(?:\(.*\))?$")


def make_portable(app, doctree):
    """Turn the links to files into links that Sphinx follows and checks."""
    page = app.env.docname
    directory = os.path.dirname(app.env.doc2path(page))
    for link in list(doctree.findall(nodes.reference)):
        path, _, anchor = link.get("refuri", "").partition("#")
        if not path or re.match(r"\w+:", path):
            continue
        target = os.path.normpath(os.path.join(directory, path))
        if not os.path.exists(target):
            logger.warning("there is no file %s", path, location=link)
            continue
        name = os.path.relpath(target, app.srcdir)
        contents = nodes.inline("", "", *link.children)
        if name.endswith(".rst") and not name.startswith(".."):
            kind = {"refdomain": "", "reftype": "section"} if anchor else \
                {"refdomain": "std", "reftype": "doc"}
            new = addnodes.pending_xref("", contents, **kind, reftarget="/" + name[:-4],
                                        refexplicit=True, refdoc=page, refwarn=True,
                                        section=anchor)
        elif os.path.isfile(target):
            new = addnodes.download_reference("", "", contents, refdoc=page, reftype="download",
                                              refdomain="", reftarget="/" + name,
                                              refexplicit=True, refwarn=True)
        else:
            logger.warning("%s is a directory, which these pages cannot show", path, location=link)
            continue
        new.source, new.line = link.source, link.line
        link.replace_self(new)


def resolve_section(app, env, node, contents):
    """Link to a section of a page, which Sphinx's own references to a page cannot."""
    if node["reftype"] != "section":
        return None
    page, section = node["reftarget"].lstrip("/"), node["section"]
    if page not in env.found_docs or \
            not any(section in part["ids"] for part in env.get_doctree(page).findall(nodes.section)):
        return None
    uri = app.builder.get_relative_uri(node["refdoc"], page) + "#" + section
    return nodes.reference("", "", contents, refuri=uri, internal=True)


def link_names(app, doctree, page):
    """Link the names of functions, macros and structures to the pages of the API."""
    domain = app.env.get_domain("c")
    for literal in list(doctree.findall(nodes.literal)):
        name = PUBLIC_NAME.match(literal.astext())
        if not name or isinstance(literal.parent, (nodes.reference, addnodes.pending_xref)):
            continue
        reference = addnodes.pending_xref("", refdomain="c", reftype="identifier",
                                          reftarget=name.group(1))
        found = domain.resolve_xref(app.env, page, app.builder, "identifier", name.group(1),
                                    reference, literal.deepcopy())
        if found:
            literal.replace_self(found)


def check_tables(app, doctree):
    """Find cells that look different from the text.

    Text in the first column of a simple table begins a new row, so a list cannot go on there; and a
    lone "-" is a list with an empty item.
    """
    for row in doctree.findall(nodes.row):
        first = row.children[0].astext()
        if first.endswith(","):
            logger.warning("the list '%s' in the first column does not go on in the next row",
                           first, location=row.children[0])
        for item in row.findall(nodes.list_item):
            if not item.children:
                logger.warning("'-' alone in a cell of the row '%s' is a list: write '\\-'", first,
                               location=row.children[0])


def setup(app):
    # Before Sphinx collects the files to download, at the priority 500.
    app.connect("doctree-read", make_portable, priority=400)
    app.connect("doctree-read", check_tables)
    app.connect("missing-reference", resolve_section)
    app.connect("doctree-resolved", link_names)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
