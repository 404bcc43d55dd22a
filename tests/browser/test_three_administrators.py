"""Each of the three administrators sees what is theirs: incidents, sessions without content, or that their work is elsewhere."""

from __future__ import annotations

from pathlib import Path

from tests.browser.window import DESK, keep, mark, shows, window

ASK = "address => fetch(address).then(answer => answer.status)"


async def test_each_sees_their_own_part_of_the_review_page(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        system = await w.review("system-administrator")
        await shows(system, "incidents")
        assert await mark(system, "search").count() == 0
        assert [await system.evaluate(ASK, f"/api/v1/{what}") for what in ("incidents", "sessions")] == [200, 403]
        await keep(system, "administrator-system")

        audit = await w.review("audit-administrator")
        await shows(audit, "search")
        assert await mark(audit, "incidents").count() == 0 and await mark(audit, "problem").count() == 0
        assert [await audit.evaluate(ASK, f"/api/v1/{what}") for what in ("incidents", "sessions")] == [403, 200]
        await keep(audit, "administrator-audit")

        security = await w.page(w.in_the_office, DESK)
        await w.log_in(security, w.served.person("jinshan", "security-administrator"), "/review")
        await shows(security, "by-command")
        assert await mark(security, "to-review").count() == 0
        assert [await security.evaluate(ASK, f"/api/v1/{what}") for what in ("incidents", "sessions")] == [403, 403]
        await keep(security, "administrator-security")
