# The image of the agents that cut a network in the kernel: that of the nodes, nft, nsenter, and their libraries.
#
#   docker build -t cqkd-chaos-agent -f node/agent.Dockerfile node
#
# It is built when a cut needs it. Where the image of the nodes was made from the Node of a machine, the last stage alone
# is used, with the nft and the nsenter of that machine.
ARG NODE_BASE=node:20.20.2-bookworm-slim
ARG NODE_IMAGE=cqkd-dht-node:latest

FROM ${NODE_BASE} AS base
LABEL io.cqkd.image="tools of the agents"
RUN set -eu; \
    if command -v apk > /dev/null; then apk add --no-cache nftables util-linux; \
    elif ! command -v nft > /dev/null; then \
      apt-get update; \
      apt-get install -y --no-install-recommends nftables util-linux; \
    fi; \
    mkdir -p /tools/usr/local/bin; \
    for tool in nft nsenter; do \
      path=$(command -v "$tool"); \
      cp -L "$path" "/tools/usr/local/bin/$tool"; \
      ldd "$path" | grep -o '/[^ ]*' | xargs -I{} cp -L --parents {} /tools; \
    done

FROM ${NODE_IMAGE}
LABEL io.cqkd.image="cqkd-chaos-agent" \
      org.opencontainers.image.title="cqkd-chaos-agent" \
      org.opencontainers.image.description="Cuts networks of cqkd in the kernel, from inside the namespaces of their containers"
COPY --from=base /tools/ /
USER 0:0
HEALTHCHECK NONE
# A tool that lacks something ends the build, and not the first cut.
RUN ["/usr/local/bin/node", "-e", "require('child_process').execFileSync('nsenter', ['nft', '--version'], { stdio: 'inherit' })"]
