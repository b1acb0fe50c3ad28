"""IGA, the image generation agent: a cover from a prompt."""
