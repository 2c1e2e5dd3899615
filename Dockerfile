# syntax=docker/dockerfile:1

FROM rust:1-bookworm AS builder
WORKDIR /src
# The version of Rust; a layer of its own, so that it is fetched once.
COPY rust-toolchain.toml ./
RUN rustup toolchain install
# Named one by one, so that a change in docs or tests does not rebuild the binary.
COPY Cargo.toml Cargo.lock build.rs ./
COPY .cargo .cargo
# Embedded in the binary at build time, like the code.
COPY migrations migrations
COPY seeds seeds
COPY openapi openapi
COPY src src
# The caches outlive a build but are no part of the image: the binary is copied out of them.
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    --mount=type=cache,target=/src/target,sharing=locked \
    cargo build --release --locked --bin duban \
    && install -D target/release/duban /out/duban \
    && mkdir /out/data

# glibc, libgcc and the root certificates (for https to the token issuer); no shell, no packages.
FROM gcr.io/distroless/cc-debian12:nonroot
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="duban" \
      org.opencontainers.image.description="Turns a government's annual work plan into dated obligations and serves it as a REST/JSON API" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"

COPY --from=builder /out/duban /usr/local/bin/duban
# A new volume takes over owner and mode of the directory it covers: here, of the unprivileged user.
COPY --from=builder --chown=65532:65532 /out/data /data

ENV DATABASE_URL=sqlite:///data/duban.sqlite3 \
    DUBAN_ADDR=0.0.0.0:8080
USER 65532:65532
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
# The image has no shell and no curl, so the binary asks itself.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["/usr/local/bin/duban", "healthcheck"]
ENTRYPOINT ["/usr/local/bin/duban"]
