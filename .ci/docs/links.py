"""A hook of MkDocs. Links from docs/ to other files of the repository become links to the
repository's site; a link to a file that does not exist is a warning, which fails the build."""

import logging
import re
from pathlib import Path

log = logging.getLogger("mkdocs.hooks.links")
LINK = re.compile(r"\]\((\.\./[^)#\s]*)(#[^)\s]*)?\)")
CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.DOTALL)


def on_page_markdown(markdown, page, config, **_):
    docs = Path(config["docs_dir"]).resolve()

    def replace(match):
        target, anchor = match.group(1), match.group(2) or ""
        path = (docs / page.file.src_path).parent.joinpath(target).resolve()
        if not path.exists() or docs.parent not in path.parents:
            log.warning("%s links to %s, which does not exist", page.file.src_path, target)
        return f"]({config['repo_url'].rstrip('/')}/blob/main/{path.relative_to(docs.parent)}{anchor})"

    # Parts with odd numbers are code, which has no links.
    parts = CODE.split(markdown)
    return "".join(part if i % 2 else LINK.sub(replace, part) for i, part in enumerate(parts))
