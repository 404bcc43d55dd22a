"""The pages as built by Vite, with the headers that every answer carries."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

CONTENT_SECURITY_POLICY = "; ".join([
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' blob:",
    "media-src 'self' blob:",
    "font-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types lit-html",
])  # fmt: skip

PDF_POLICY = CONTENT_SECURITY_POLICY + "; object-src 'self'"
"""A paper that is opened by itself: the browser's own viewer is an object of its page."""
KIOSK_POLICY = CONTENT_SECURITY_POLICY.replace("connect-src 'self'", "connect-src 'self' ws://127.0.0.1:*")
"""The kiosk's page also speaks to the desktop's agent on its own machine."""

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(self), microphone=(self), display-capture=(self), screen-wake-lock=(self), fullscreen=(self), autoplay=(self), "
        "geolocation=(), payment=(), usb=(), serial=(), hid=(), midi=(), clipboard-read=()"
    ),
}

PAGES = {"/": "index.html", "/kiosk": "kiosk.html", "/counter": "counter.html", "/review": "review.html", "/window": "window.html"}
ASSET = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,120}$")
TYPES = {
    ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json", ".png": "image/png",
    ".wav": "audio/wav", ".mp3": "audio/mpeg", ".ogg": "audio/ogg", ".woff2": "font/woff2", ".webmanifest": "application/manifest+json",
}


def security_headers(tls: bool) -> Middleware:
    """Middleware: the security headers on every answer, refusals included."""
    headers = {**HEADERS, **({"Strict-Transport-Security": "max-age=31536000"} if tls else {})}
    of_kiosk = {**headers, "Content-Security-Policy": KIOSK_POLICY}

    @web.middleware
    async def add(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            response = await handler(request)
        except web.HTTPException as refused:
            refused.headers.update(headers)
            raise
        if not response.prepared:
            response.headers.update(of_kiosk if request.path == "/kiosk" else headers)
        return response

    return add


class Pages:
    """Serves `folder` (the front end's `dist/`): the pages and their assets, whose names carry a hash."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add_to(self, app: web.Application) -> None:
        for path, name in PAGES.items():
            app.router.add_get(path, self._page(name))
        app.router.add_get("/assets/{name}", self._asset)

    def _page(self, name: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            file = self._folder / name
            if not file.is_file():
                raise web.HTTPServiceUnavailable(text="The pages have not been built: run `make setup`.")
            return web.FileResponse(file, headers={"Cache-Control": "no-cache", "Content-Type": "text/html; charset=utf-8"})

        return handle

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        # Looked up among the files that are there: a name from outside never becomes a path.
        known = {file.name: file for file in (self._folder / "assets").iterdir()} if ASSET.match(name) and (self._folder / "assets").is_dir() else {}
        file = known.get(name)
        if file is None or not file.is_file():
            raise web.HTTPNotFound(text="not found")
        kind = TYPES.get(file.suffix, "application/octet-stream")
        return web.FileResponse(file, headers={"Cache-Control": "public, max-age=31536000, immutable", "Content-Type": kind})
