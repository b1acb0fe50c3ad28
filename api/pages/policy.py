"""What a browser may do on a page of ours (Content Security Policy Level 3, Trusted Types)."""

from urllib.parse import urlsplit

from api.settings import FacadeSettings


def policy(settings: FacadeSettings) -> str:
    """Nothing inline, nothing of others; what is made into HTML by a script is Lit's templates.

    `blob:` is sound that the page received itself. JSON in a script element runs nothing.
    """
    streams = urlsplit(settings.public_asf_url)
    return "; ".join(
        [
            "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'",
            "font-src 'self'", f"connect-src 'self' {streams.scheme}://{streams.netloc}",
            "media-src 'self' blob:", "base-uri 'none'", "form-action 'self'",
            "frame-ancestors 'none'", "require-trusted-types-for 'script'",
            "trusted-types lit-html",
        ]
    )  # fmt: skip


def headers(settings: FacadeSettings) -> dict[str, str]:
    """The header fields of every page."""
    return {
        "Content-Security-Policy": policy(settings),
        "Cache-Control": "private, no-cache",
        # With `no-referrer` a browser would send `Origin: null` with a form.
        "Referrer-Policy": "same-origin",
        "Vary": "Cookie",
    }
