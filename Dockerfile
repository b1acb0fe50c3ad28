# One image for every process of docker-compose.yaml, from the same locks as the local stack.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PATH=/app/.venv/bin:$PATH

RUN useradd --create-home --uid 10001 aethercast \
    && install -d -o aethercast -g aethercast /app /app/.aethercast
USER aethercast
WORKDIR /app

# The packages first: they change less often than the code.
COPY --chown=aethercast:aethercast requirements.txt ./
COPY --chown=aethercast:aethercast scripts/first.txt scripts/
RUN python -m venv .venv \
    && pip install --no-cache-dir --require-hashes -r scripts/first.txt \
    && uv pip install --no-cache --require-hashes --compile-bytecode -r requirements.txt

COPY --chown=aethercast:aethercast . .

# The page. An image without its player is no image.
RUN python -m scripts.local.page && test -f api/web/dist/manifest.json && rm -rf api/web/node_modules

# The voices, outside the folder that compose puts a volume over.
ENV AETHERCAST_MODELS_DIR=/app/models
RUN python -m scripts.local.models && rm -rf .aethercast/models-cache

CMD ["python", "-m", "api"]
