# make test is what every change must pass; make help lists the rest.

GO       ?= go
VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null)
FUZZTIME ?= 1m
ARCH     ?= $(shell $(GO) env GOARCH)
DATE     ?= $(shell git log -1 --format=%ct)
MAILS    ?= 2000
FLAGS    ?=

# What is walked and told whole only without the race detector, which slows the database
# down some twenty times.
LONG := -run '^Test(NobodyWithdrawsForAnother|Attacks|Requests)'

# Tests of the daemon in this very process or beside it, for the race detector.
DAEMON := -run '^Test(TheWholeWay|TheRecordOfAText|AMailIsOfOneEdition|RulesReload|RehearseInOrder)$$'

# Debian keeps the mail servers where a user's shell does not look.
export PATH := $(PATH):/usr/sbin:/sbin

.PHONY: help build setup check test soak test-faults bench bench-go bench-read package test-package

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

build: ## the binary ./guichet, without cgo
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o guichet ./cmd/guichet

setup: ## what the tests need of the system: a C compiler, mail servers and filters
	@scripts/setup

check: ## format, vet, lint, and the arrows between packages
	@unformatted=$$($(GO) tool gofumpt -l .) || exit 1; \
	if [ -n "$$unformatted" ]; then echo "run go tool gofumpt -w on:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet -tags soak,faults ./...
	$(GO) vet -tags failpoint ./internal/failpoint
	$(GO) tool staticcheck -tags soak,faults ./...
	$(GO) test -count=1 -run '^TestArrowsPointDown$$' ./internal/desk

# The race detector sees every package but two that start the program hundreds of
# times: the command, of which it sees the daemon, and the sample of faults.
test: setup check ## everything above, then every test, nearly all with the race detector
	CGO_ENABLED=1 $(GO) test -race -timeout 14m $$($(GO) list ./... | grep -v '/cmd/guichet$$\|/internal/faults$$')
	CGO_ENABLED=1 $(GO) test -race -timeout 14m $(DAEMON) ./cmd/guichet
	$(GO) test -timeout 14m ./cmd/guichet ./internal/faults
	$(GO) test -run '^TestSeeds$$' ./internal/mailbox
	$(GO) test -count=1 -timeout 14m $(LONG) ./internal/intake

soak: ## what takes longer: tests with the tag soak, and each fuzz target for FUZZTIME
	@scripts/setup soak
	CGO_ENABLED=1 $(GO) test -race -tags soak -timeout 2h ./...
	$(GO) test -count=1 -tags soak -timeout 1h $(LONG) ./internal/intake
	scripts/fuzz $(FUZZTIME)

# In the folder itself, go test prints what the tests print: the table.
test-faults: ## the desk broken in every way we know, half an hour; prints a table, fails where it is missed
	@scripts/setup
	cd internal/faults && $(GO) test -count=1 -tags faults -parallel 4 -timeout 60m

bench: build ## a mailbox drained by guichet run --once and by others, against its bounds; MAILS=20000, FLAGS=-json
	scripts/setup bench
	$(GO) run ./scripts/bench -mails $(MAILS) $(FLAGS)

bench-go: ## the benchmarks of the packages, with what they allocate
	$(GO) test -run '^$$' -bench . -benchmem ./...

bench-read: build ## guichet read against pdftotext, docx2txt and pandoc, on documents made here
	scripts/setup bench-read
	$(GO) run ./scripts/benchread

package: ## the Debian package and the container image, in dist/, the same bytes each time
	rm -f dist/guichet_*_$(ARCH).deb dist/guichet_*_$(ARCH).oci.tar
	$(GO) run ./scripts/package -arch $(ARCH) -version $(VERSION) -date $(DATE)

test-package: package ## lintian, and the package installed and removed in a Debian made for it (root)
	scripts/setup package
	scripts/testpackage dist/guichet_*_$(ARCH).deb
