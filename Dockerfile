# Builds one static program and puts it, alone, into a small image.
FROM golang:1.26-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends nodejs npm && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN make build && mkdir -p /out/data && cp bin/shebao /out/shebao

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/shebao /shebao
COPY --from=build --chown=nonroot:nonroot /out/data /data
ENV SHEBAO_ADDR=0.0.0.0:8080 SHEBAO_DATA_DIR=/data
USER nonroot
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s CMD ["/shebao", "health"]
ENTRYPOINT ["/shebao"]
CMD ["serve"]
