# syntax=docker/dockerfile:1
# The server alone: the database is a container, or a server, of its own (docker-compose.yml).

FROM rust:1-bookworm AS build
WORKDIR /src
# The dependencies first, on a program that does nothing, so that they are built anew only when they change.
COPY Cargo.toml Cargo.lock build.rs ./
COPY migrations migrations
RUN mkdir -p src tests/it tests/browser benches \
    && printf '//! Nothing yet.\nfn main() {}\n' \
        | tee src/main.rs tests/it/main.rs tests/browser/main.rs benches/rules.rs > /dev/null \
    && echo '//! Nothing yet.' > src/lib.rs \
    && cargo build --release --locked --bin overblick \
    && rm -rf src target/release/.fingerprint/overblick-* target/release/deps/liboverblick-*
COPY . .
RUN SQLX_OFFLINE=true cargo build --release --locked --bin overblick

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --user-group --home-dir /data --create-home overblick \
    && chmod 700 /data
COPY --from=build /src/target/release/overblick /usr/local/bin/overblick
USER overblick
WORKDIR /data
ENV OVERBLICK_DATA_DIR=/data \
    OVERBLICK_LISTEN=0.0.0.0:3000 \
    OVERBLICK_LOG_FORMAT=json
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s CMD ["overblick", "health"]
ENTRYPOINT ["overblick"]
CMD ["serve"]
