# Three images of one build: docker build --target service|bot-client|telegram-sim .
# Each runs as user 10001, on a read-only root file system, and needs neither shell nor curl.

# The manifests with empty sources: what the dependencies are built from.
FROM rust:1.95-bookworm AS manifests
WORKDIR /src
COPY . .
RUN find . -type f ! -name Cargo.toml ! -name Cargo.lock -delete && \
    find . -mindepth 2 -name Cargo.toml -printf '%h\n' | while read -r crate; do \
      mkdir -p "$crate/src" && touch "$crate/src/lib.rs" && echo 'fn main() {}' >"$crate/src/main.rs"; \
    done

FROM rust:1.95-bookworm AS build
WORKDIR /src
# A layer that only other manifests make anew. What was made of the empty sources goes: cargo tells
# by age, and ours are older.
COPY --from=manifests /src .
RUN cargo build --release --locked -p service -p bot-client -p telegram-sim && \
    cargo clean --release -p service -p process -p bot-client -p telegram-sim && \
    find . -path ./target -prune -o -name '*.rs' -exec rm {} +
COPY . .
ARG REVISION=unknown
RUN REVISION=$REVISION cargo build --release --locked -p service -p bot-client -p telegram-sim && \
    # For an SQLite file.
    install -d /data

FROM debian:bookworm-slim AS service
COPY --from=build /src/target/release/service /usr/local/bin/
# A new volume takes its owner from here.
COPY --from=build --chown=10001:10001 /data /data
WORKDIR /data
USER 10001:10001
ENV SERVICE__LISTEN=0.0.0.0:8080 SERVICE__METRICS_LISTEN=0.0.0.0:9090
EXPOSE 8080 9090
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s CMD ["/usr/local/bin/service", "healthcheck"]
ENTRYPOINT ["/usr/local/bin/service"]

FROM debian:bookworm-slim AS bot-client
COPY --from=build /src/target/release/bot-client /usr/local/bin/
# Telegram is trusted by them.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
USER 10001:10001
ENV BOT__LISTEN=0.0.0.0:8081 BOT__METRICS_LISTEN=0.0.0.0:9091
EXPOSE 8081 9091
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s CMD ["/usr/local/bin/bot-client", "healthcheck"]
ENTRYPOINT ["/usr/local/bin/bot-client"]

FROM debian:bookworm-slim AS telegram-sim
COPY --from=build /src/target/release/telegram-sim /usr/local/bin/
USER 10001:10001
ENV SIM__LISTEN=0.0.0.0:8082
EXPOSE 8082
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s CMD ["/usr/local/bin/telegram-sim", "healthcheck"]
ENTRYPOINT ["/usr/local/bin/telegram-sim"]

# One address before any number of services; of Debian, so that it needs no other base image.
FROM debian:bookworm-slim AS proxy
RUN apt-get update && apt-get install -y --no-install-recommends haproxy && rm -rf /var/lib/apt/lists/*
USER 10001:10001
EXPOSE 8080
ENTRYPOINT ["/usr/sbin/haproxy", "-W", "-f", "/etc/haproxy/haproxy.cfg"]
