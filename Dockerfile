# Builds Musharaka as one static binary and runs it as a user without rights.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /musharaka ./server && mkdir /data

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /musharaka /musharaka
COPY --from=build --chown=nonroot:nonroot /data /data
USER nonroot
ENV MUSHARAKA_LISTEN=:3000 MUSHARAKA_DATA=/data
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s CMD ["/musharaka", "health"]
ENTRYPOINT ["/musharaka"]
CMD ["serve"]
