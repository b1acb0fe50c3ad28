"""The page's scripts and styles: src/ in TypeScript, built into dist/, served below /web."""
