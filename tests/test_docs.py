"""What the pages for people say can be put into a configuration: each snippet in them is one that loads."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon import config
from daemon.wiring import channel_of, sources_of
from projections.status import Status

ROOT = Path(__file__).parent.parent
USER = '[user]\nname = "Jane Doe"\naddresses = ["jane@example.org"]\ntimezone = "Europe/Berlin"\n'
SNIPPET = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)
ROOMS = ("afterword", "connectors", "daemon", "projections")
PROVIDERS = {"Gmail", "Fastmail", "iCloud", "GMX", "Posteo", "Nextcloud", "A server of your own"}
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def snippets() -> Iterator[tuple[str, str]]:
    for page in sorted((ROOT / "README.md", *ROOT.glob("docs/*.md"))):
        for number, each in enumerate(SNIPPET.findall(page.read_text(encoding="utf-8")), start=1):
            if "[[accounts]]" in each or "[delivery]" in each:
                yield f"{page.name} {number}", each


@pytest.mark.parametrize("snippet", [pytest.param(text, id=name) for name, text in snippets()])
def test_each_snippet_is_a_configuration(tmp_path: Path, snippet: str) -> None:
    written = tmp_path / "config.toml"
    written.write_text(snippet if "[user]" in snippet else USER + snippet, encoding="utf-8")
    loaded = config.load(str(written))
    assert len(sources_of(loaded)) == len(loaded.accounts)
    assert (channel_of(loaded) is None) == ("[delivery]" not in snippet)


def test_each_provider_has_its_snippet() -> None:
    text = (ROOT / "docs" / "accounts.md").read_text(encoding="utf-8")
    sections = dict(each.split("\n", 1) for each in re.split(r"^## ", text, flags=re.MULTILINE)[1:])
    assert sections.keys() >= PROVIDERS
    assert [each for each in PROVIDERS if len(SNIPPET.findall(sections[each])) != 1] == []


def test_each_link_to_a_file_leads_to_one() -> None:
    pages = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md")]
    links = [(page, each) for page in pages for each in LINK.findall(page.read_text(encoding="utf-8"))]
    assert [(page.name, each) for page, each in links if not (page.parent / each).exists()] == []


@pytest.mark.parametrize("page", ["ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_each_module_that_those_who_work_on_it_are_sent_to_is_there(page: str) -> None:
    named = set(re.findall(r"`([\w/]+\.py)`", (ROOT / page).read_text(encoding="utf-8")))
    modules = [f"/{each.relative_to(ROOT)}" for room in ROOMS for each in (ROOT / room).rglob("*.py")]
    assert named
    assert [each for each in sorted(named) if not any(module.endswith(f"/{each}") for module in modules)] == []


def test_the_commands_page_names_each_key_of_status_as_json() -> None:
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    of_status = text.partition("### `afterword status")[2].partition("\n### ")[0]
    assert [each for each in (*Status.__struct_fields__, "reply_by") if f"`{each}`" not in of_status] == []


def test_prose_is_broken_at_a_hundred_columns() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "evaluation" / "HISTORY.md"]
    prose = ((page, line) for page in pages for line in FENCED.sub("", page.read_text(encoding="utf-8")).splitlines())
    long = [(page.name, line) for page, line in prose if len(line) > 100 and not line.startswith("|")]
    assert long == []
