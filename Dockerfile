# Builds Musharaka as one static binary and runs it alone, as a user without rights.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /musharaka ./server && mkdir /data /temporary

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /musharaka /musharaka
COPY --from=build --chown=65532:65532 /data /data
# The embedded store sorts in /tmp when it builds an index.
COPY --from=build --chown=65532:65532 /temporary /tmp
USER 65532:65532
ENV MUSHARAKA_LISTEN=:3000 MUSHARAKA_DATA=/data
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s CMD ["/musharaka", "health"]
ENTRYPOINT ["/musharaka"]
CMD ["serve"]
