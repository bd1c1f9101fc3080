# SPDX-License-Identifier: MIT OR Apache-2.0
# The front door: short names for CMake, CTest and the scripts of tools/. It knows nothing about the sources.

PORT     ?= 8080
DATABASE ?= sqlite:build/items.db
PREFIX   ?= $(HOME)/.local
SEEDS    ?= 10000
SECONDS  ?= 60
WERROR   ?= OFF
CTEST_ARGS ?=
JOBS     := $(shell nproc)

.DEFAULT_GOAL := build
.PHONY: build run test asan tsan clang full fuzz sim crash mutants bench coverage check format install clean help

# A build folder, made anew when the presets change; ninja itself sees every other change.
build/%/build.ninja: CMakePresets.json
	@tools/setup run
	@tools/configure $* -DRAMIE_WERROR=$(WERROR)

define build_and_test # preset, more arguments of ctest
	@tools/setup run test
	@tools/configure $(1) -DRAMIE_TESTS=ON -DRAMIE_WERROR=$(WERROR)
	@cmake --build build/$(1) --target all tests -- --quiet
	@ctest --preset $(1) -j $(JOBS) $(2) $(CTEST_ARGS)
endef

## make            build the release: build/release/libramie.a, programs in build/release/bin/
build: build/release/build.ninja
	@tools/setup run
	@cmake --build build/release -- --quiet

## make run        serve the items example on 127.0.0.1:PORT from DATABASE (8080, sqlite:build/items.db)
run: build/release/build.ninja
	@tools/setup run
	@cmake --build build/release --target items -- --quiet
	@exec tools/run-items build/release/bin/items 127.0.0.1:$(PORT) '$(DATABASE)'

## make test       every test, gcc release: unit, tree, compile, black-box, simulation
test:
	$(call build_and_test,release)

## make asan       unit, example, black-box, simulation and corpora under AddressSanitizer and UBSan
asan:
	$(call build_and_test,asan)

## make tsan       what runs on several threads, under ThreadSanitizer
tsan:
	$(call build_and_test,tsan)

## make full       what takes longer: clang release, valgrind, arm64, 1,000 seeds under ASan
full:
	@tools/setup run test full
	$(call build_and_test,clang)
	@tools/valgrind
	@tools/arm64
	@RA_SIM_SEEDS=1000 ctest --test-dir build/release -L sim --output-on-failure

## make fuzz       each fuzz target for SECONDS (60)
fuzz:
	@tools/setup run test
	@tools/configure fuzz -DRAMIE_TESTS=ON
	@cmake --build build/fuzz --target fuzzers -- --quiet
	@tools/fuzz build/fuzz/tests $(SECONDS)

## make sim        SEEDS (10,000) seeds of the simulation, or one again: make sim SEED=7
sim:
	@tools/setup run test
	@tools/configure release -DRAMIE_TESTS=ON
	@cmake --build build/release --target tests -- --quiet
	@$(if $(SEED),RA_SIM_SEED=$(SEED)) RA_SIM_SEEDS=$(SEEDS) ctest --test-dir build/release -L sim -V

## make crash      kill -9 under load, 100 rounds: no answered item is lost
crash: build
	@tools/setup test
	@RA_CRASH_ROUNDS=100 RAMIE_BIN_DIR=build/release/bin /usr/bin/python3 -m pytest -q -s -p no:cacheprovider tests/blackbox/test_durability.py

## make mutants    break the code on purpose, in a copy, and see a test fail each time
mutants:
	@tools/setup run test
	@tools/mutants

## make bench      the figures of README's table, measured here
bench:
	@tools/setup run bench
	@tools/configure release -DRAMIE_TESTS=ON
	@cmake --build build/release --target all benchmarks -- --quiet
	@/usr/bin/python3 bench/run.py build/release
	@/usr/bin/python3 bench/hostile.py build/release
	@/usr/bin/python3 bench/tree.py

## make coverage   lines and branches of src/ that the tests reach
coverage:
	@tools/setup run test coverage
	@tools/coverage

## make check      format, lints, layers, unit tests: before each commit
check:
	@tools/setup run test check
	@tools/configure debug -DRAMIE_TESTS=ON -DRAMIE_WERROR=ON
	@cmake --build build/debug --target all tests -- --quiet
	@tools/check build/debug

## make format     clang-format over what differs from the last commit
format:
	@tools/setup check
	@tools/format

## make install    headers, libramie.a, ramie.pc, the CMake package, to PREFIX (~/.local)
install: build
	@cmake --install build/release --prefix $(abspath $(PREFIX))

## make clean      remove build/
clean:
	@rm -rf build

help:
	@sed -n 's/^## //p' Makefile
