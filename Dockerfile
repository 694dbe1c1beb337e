# One image for the service, the dispatcher and the nodes of Ray. Pin the base by its digest where you build for others.
#   docker build -t seedbed:0.1.0 .
ARG PYTHON=python:3.11.14-slim-bookworm

FROM ${PYTHON} AS build
# Versions of Debian's packages are those of the base's release.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends gcc libc6-dev \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN k8s/image/build.sh . /opt/seedbed

FROM ${PYTHON}
# wget is what KubeRay asks Ray's nodes for their health with.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends wget \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 seedbed \
 && useradd --uid 10001 --gid seedbed --no-create-home --home-dir /var/lib/seedbed seedbed \
 && install -d -o seedbed -g seedbed /var/lib/seedbed /tmp/ray
COPY --from=build /opt/seedbed /opt/seedbed
COPY k8s/image/keep.sh /usr/local/bin/seedbed-keep
ENV PATH=/opt/seedbed/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    RAY_USAGE_STATS_ENABLED=0 \
    SEEDBED_HOME=/var/lib/seedbed
USER 10001:10001
WORKDIR /var/lib/seedbed
EXPOSE 8000
STOPSIGNAL SIGTERM
ENTRYPOINT ["seedbed"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
