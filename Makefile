# SPDX-License-Identifier: MIT OR Apache-2.0
# The front door: short names for CMake, CTest and the scripts of tools/. It knows nothing about the sources.

PORT     ?= 8080
DATABASE ?= sqlite:build/items.db
PREFIX   ?= $(HOME)/.local
SEED     ?= 1
SEEDS    ?= 10000
WERROR   ?= OFF
JOBS     := $(shell nproc)

CONFIGURE = cmake --preset $(1) -DRAMIE_WERROR=$(WERROR) $(2) >build/configure.log || { cat build/configure.log; exit 1; }
BUILD     = cmake --build build/$(1) --target $(2) -- --quiet
CTEST     = ctest --preset $(1) -j $(JOBS)

.DEFAULT_GOAL := build
.PHONY: build run test asan tsan full fuzz sim bench check format crash install clean help

## make            build the release: build/release/libramie.a, programs in build/release/bin/
build: build/release/build.ninja
	@$(call BUILD,release,all)

## make run        serve the items example: PORT=8080 DATABASE=sqlite:build/items.db
run:
	@tools/setup run
	@test -f build/release/build.ninja || $(MAKE) --no-print-directory build/release/build.ninja
	@$(call BUILD,release,items)
	@tools/run-items build/release/bin/items 127.0.0.1:$(PORT) $(DATABASE)

build/%/build.ninja: CMakePresets.json
	@tools/setup run
	@mkdir -p build
	@$(call CONFIGURE,$*,)

# Configure, build and run the tests of one preset; $(2): more for ctest.
define run_tests
	@mkdir -p build
	@$(call CONFIGURE,$(1),-DRAMIE_TESTS=ON)
	@$(call BUILD,$(1),all tests)
	@$(CTEST)$(2)
endef

## make test       everything: unit, headers, layers, black-box, simulation; gcc release
test:
	@tools/setup run test
	$(call run_tests,release,)

## make asan       unit, black-box and simulation under AddressSanitizer and UBSan
asan:
	@tools/setup run test
	$(call run_tests,asan,)

## make tsan       what runs on several threads, under ThreadSanitizer
tsan:
	@tools/setup run test
	$(call run_tests,tsan,)
