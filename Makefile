# Each target is one plain command, so nobody needs make.
.PHONY: help run test generate lint check

help: ## this list
	@grep -E '^[a-z]+:.*## ' Makefile | sed 's/:.*## /\t/'

run: ## start the demo on http://localhost:3000
	go run ./server

test: ## all tests; what needs a browser or MongoDB says how to get it
	go test ./...

generate: ## write the Go files of the templates anew
	go tool templ generate

lint: ## what CI checks besides the tests
	gofmt -l $$(git ls-files '*.go') && go vet ./... && go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...

check: ## everything CI does
	bash .ci/run
