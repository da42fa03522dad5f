# Tests, lint, benchmarks and set-up; included by the Makefile.
#
#   make check            unit and property tests, fuzz replay, golden cases, model format; VERBOSE=1 shows each test
#   make check-gradient   central differences, in double precision
#   make check-mutants    planted errors in the number side and the decoding: each must be found by a test
#   make check-fault      allocations that fail, one after the other
#   make check-asan       all of `check` under the address and undefined-behaviour sanitizers
#   make check-tsan       what uses threads, under the thread sanitizer
#   make check-arm64      the kernels for 64-bit ARM, cross-compiled, under emulation
#   make check-valgrind   the subset that tests/valgrind.list names
#   make check-unit, check-property, check-golden, fuzz-replay, check-round-trips    parts of check
#   make fuzz T=corpus    tests/fuzz/fuzz_corpus.c under clang's fuzzer, for SECONDS (default 60)
#   make cover            line coverage of `check`, file by file
#
# FLAVOUR=asan make check-unit and the like run a part in another flavour.  Only demo, test and .ci/run install anything.

flags.cover := -O0 --coverage
flags.fuzz := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
flags.lint-gcc := -Werror
flags.lint-clang := -Werror
flags.lint-double := -Werror -DORIEL_DOUBLE

# As many jobs as there are processors, unless the user has said how many.
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
parallel = $(if $(findstring -j,$(MAKEFLAGS)),,-j$(JOBS))
SUBMAKE = $(MAKE) --no-print-directory $(parallel)

sources = $(sort $(wildcard tests/$1))
programs = $(patsubst %.c,$(B)/%,$(call sources,$1))
UNIT := $(call programs,unit/test_*.c)
PROPERTY := $(call programs,property/test_*.c)
GRADIENT := $(call programs,gradient/test_*.c)
FAULT := $(call programs,fault/test_*.c)
REPLAY := $(patsubst $(B)/tests/fuzz/fuzz_%,$(B)/tests/fuzz/replay_%,$(call programs,fuzz/fuzz_*.c))
PLANTED := $(call programs,planted/*.c)
BENCH := $(call programs,bench/*.c)
TESTS := $(UNIT) $(PROPERTY)

# ---- building ------------------------------------------------------------------------------------------------------

$(B)/tests/%.o: ALL_CFLAGS += -Itests
link = $(CC) $(ALL_CFLAGS) -o $@ $(filter %.o,$^) $(LDFLAGS) $(LIBS)

$(TESTS): $(B)/tests/%: $(B)/tests/%.o $(LIB_OBJ) $(SUPPORT_OBJ)
	$(link) -lcmocka

# The number side stands alone: a gradient test that needs more does not link.
$(GRADIENT): $(B)/tests/%: $(B)/tests/%.o $(NET_OBJ) $(SUPPORT_OBJ)
	$(link) -lcmocka

$(FAULT): $(B)/tests/%: $(B)/tests/%.o $(filter-out %/base/memory.o,$(LIB_OBJ)) $(SUPPORT_OBJ) \
		$(B)/tests/support/memory_failing.o
	$(link) -lcmocka

$(REPLAY): $(B)/tests/fuzz/replay_%: $(B)/tests/fuzz/fuzz_%.o $(B)/tests/fuzz/replay.o $(LIB_OBJ)
	$(link)

$(PLANTED): $(B)/tests/%: $(B)/tests/%.o
	$(CC) $(ALL_CFLAGS) -o $@ $< -lpthread

$(BENCH): $(B)/tests/%: $(B)/tests/%.o $(LIB_OBJ)
	$(link)

# The network's products pass the counters of bench.c.
$(B)/tests/bench/bench: LDFLAGS += $(foreach f,product_nn product_nt product_tn,-Wl,--wrap=$f)

.PHONY: planted
planted: $(PLANTED)

# ---- running -------------------------------------------------------------------------------------------------------

# What the golden cases call: under valgrind a small program that calls the real one.
golden_program = $(if $(filter valgrind,$(FLAVOUR)),$(B)/oriel-under-valgrind,$(B)/oriel)
$(B)/oriel-under-valgrind: $(B)/oriel
	@printf '#!/bin/sh\nexec %s valgrind %s "$$@"\n' '$(CURDIR)/scripts/under' '$(CURDIR)/$<' > $@
	@chmod +x $@

.PHONY: check check-unit check-property check-golden fuzz-replay check-scripts
# The parts run one after the other, the cheap ones first; what they need may be built side by side before.
check: all $(TESTS) $(REPLAY)
	@for part in check-scripts check-unit check-property fuzz-replay check-golden check-round-trips; do \
	    $(MAKE) --no-print-directory $$part || exit 1; done

check-unit: $(UNIT)
	@scripts/run-tests $(FLAVOUR) $^

check-property: $(PROPERTY)
	@scripts/run-tests $(FLAVOUR) $^

# Every input that ever was a problem, and the seeds.
fuzz-replay: $(REPLAY)
	@for program in $^; do scripts/replay $(FLAVOUR) $$program || exit 1; done

check-golden: all $(golden_program)
	@scripts/under $(FLAVOUR:valgrind=collect) scripts/golden --program $(golden_program) $(GOLDEN)

# Vectors files between us and NumPy, gensim and fastText, where these are there.
.PHONY: check-round-trips
check-round-trips: all
	@scripts/check-round-trips --program $(B)/oriel

# The scripts that judge others, judged: each must find what is planted for it.
check-scripts:
	@scripts/check-layers.sh --self-test
	@scripts/check-symbols.sh --self-test
	@scripts/check-equations --self-test
	@scripts/golden --self-test
	@scripts/calibration --self-test
	@scripts/make-corpus --check
	@scripts/make-embeddings --check

.PHONY: check-gradient check-fault check-asan check-tsan check-valgrind check-mutants check-arm64
ifeq ($(FLAVOUR),double)
check-gradient: $(GRADIENT)
	@scripts/run-tests double $^
else
check-gradient:
	@$(MAKE) --no-print-directory -s FLAVOUR=double $@
endif

ifeq ($(FLAVOUR),fault)
check-fault: $(FAULT)
	@scripts/run-tests fault $^
else
check-fault:
	@$(MAKE) --no-print-directory -s FLAVOUR=fault $@
endif

check-asan:
	@$(MAKE) --no-print-directory -s FLAVOUR=asan planted all check-asan.programs
	@scripts/check-planted asan $(PLANTED:$(B)/%=build/asan/%)
	@for part in check-unit check-property fuzz-replay check-golden; do \
	    $(MAKE) --no-print-directory FLAVOUR=asan $$part || exit 1; done

.PHONY: check-asan.programs
check-asan.programs: $(TESTS) $(REPLAY)

# What tests/NAME.list names, as paths below build/FLAVOUR/tests.
listed = $(addprefix build/$1/tests/,$(shell sed -n 's|^\(unit/[a-z_0-9]*\).*|\1|p; s|^\(property/[a-z_0-9]*\).*|\1|p' tests/$1.list))

check-tsan:
	@$(MAKE) --no-print-directory -s FLAVOUR=tsan planted $(call listed,tsan)
	@scripts/check-planted tsan $(PLANTED:$(B)/%=build/tsan/%)
	@scripts/run-tests tsan $(call listed,tsan)

check-valgrind:
	@$(MAKE) --no-print-directory -s FLAVOUR=valgrind planted all $(call listed,valgrind)
	@scripts/check-planted valgrind $(PLANTED:$(B)/%=build/valgrind/%)
	@scripts/run-tests valgrind $(call listed,valgrind)
	@$(MAKE) --no-print-directory FLAVOUR=valgrind check-golden \
	    GOLDEN="$$(sed -n 's|^golden/||p' tests/valgrind.list | tr '\n' ' ')"

check-arm64:
	@scripts/check-arm64

check-mutants:
	@scripts/check-mutants --self-test
	@scripts/check-mutants

# ---- fuzzing, coverage, speed --------------------------------------------------------------------------------------

.PHONY: fuzz cover bench bench-tagging
SECONDS ?= 60
fuzz:
	@test -f 'tests/fuzz/fuzz_$(T).c' || { echo 'make fuzz T=...: one of' \
	    $(patsubst tests/fuzz/fuzz_%.c,%,$(call sources,fuzz/fuzz_*.c)); exit 2; }
	@$(SUBMAKE) FLAVOUR=fuzz CC=clang build/fuzz/tests/fuzz/fuzz_$(T)
	@mkdir -p build/fuzz/found/$(T) tests/fuzz/regressions/$(T)
	ASAN_OPTIONS=detect_leaks=1 build/fuzz/tests/fuzz/fuzz_$(T) -max_total_time=$(SECONDS) -timeout=10 \
	    -artifact_prefix=tests/fuzz/regressions/$(T)/ build/fuzz/found/$(T) $(wildcard tests/fuzz/seeds/$(T)) \
	    tests/fuzz/regressions/$(T)

build/fuzz/tests/fuzz/fuzz_%: build/fuzz/tests/fuzz/fuzz_%.o $(LIB_OBJ)
	$(CC) $(ALL_CFLAGS) -fsanitize=fuzzer -o $@ $(filter %.o,$^) $(LDFLAGS) $(LIBS)

cover:
	@find build/cover -name '*.gcda' -delete 2>/dev/null || true
	@$(SUBMAKE) FLAVOUR=cover all check-asan.programs
	@for part in check-unit check-property fuzz-replay check-golden; do \
	    $(MAKE) --no-print-directory FLAVOUR=cover $$part || exit 1; done
	@scripts/cover build/cover

bench: all $(BENCH)
	@scripts/bench
	@scripts/bench-tagging
	@scripts/bench-vectors

bench-tagging: all $(BENCH)
	@scripts/bench-tagging $(BENCH_OPTIONS)

# Hours on one core; what is done is kept in build/accuracy, so it can be stopped and resumed.
accuracy: all
	@scripts/accuracy > build/accuracy.md
	@mv build/accuracy.md docs/accuracy.md

# ---- lint ----------------------------------------------------------------------------------------------------------

.PHONY: lint objects objects-double
objects: $(LIB_OBJ) $(CLI_OBJ) $(SUPPORT_OBJ) $(TESTS:%=%.o) $(FAULT:%=%.o) $(BENCH:%=%.o) $(PLANTED:%=%.o) \
	$(patsubst %.c,$(B)/%.o,$(wildcard tests/fuzz/*.c tests/support/memory_failing.c))
objects-double: $(NET_OBJ) $(SUPPORT_OBJ) $(GRADIENT:%=%.o)

# All complaints at once, not only those of the first part that has any.
LINT := layers symbols equations help install format shell gcc double clang
.PHONY: $(LINT:%=lint.%)
lint:
	@scripts/install-deps all --check
	@$(SUBMAKE) -s all
	@$(MAKE) --no-print-directory -s -k $(LINT:%=lint.%)
	@echo 'lint: clean'

lint.layers:
	@scripts/check-layers.sh
lint.symbols:
	@scripts/check-symbols.sh build/release
lint.equations:
	@scripts/check-equations
lint.help:
	@scripts/check-help
lint.install:
	@scripts/check-install
lint.format:
	@find src tests -name '*.[ch]' -exec clang-format --dry-run -Werror {} + || { clang-format --version; exit 1; }
lint.shell:
	@shellcheck -S warning $$(grep -slE -d skip '^#!/(bin/sh|usr/bin/env bash)' scripts/* scripts/peers/* .ci/run)
# Warnings of gcc come with optimisation, those of clang do not.
lint.gcc:
	@$(SUBMAKE) -s FLAVOUR=lint-gcc CC=gcc objects
lint.double:
	@$(SUBMAKE) -s FLAVOUR=lint-double CC=gcc objects-double
lint.clang:
	@$(SUBMAKE) -s FLAVOUR=lint-clang CC=clang CFLAGS='-O0 -g' objects

# ---- set-up: what a newcomer types ---------------------------------------------------------------------------------

.PHONY: deps.build deps.test demo test test.parts
deps.build deps.test: deps.%:
	@CC='$(CC)' PKG_CONFIG='$(PKG_CONFIG)' scripts/install-deps $*

demo: deps.build
	@$(SUBMAKE) -s all
	@scripts/demo

test: deps.test
	@scripts/tally $(SUBMAKE) -s test.parts

test.parts: all $(TESTS) $(REPLAY)
	@for part in check check-gradient check-mutants check-fault check-asan; do \
	    echo "== $$part"; $(MAKE) --no-print-directory $$part || exit 1; done

# ---- installing ----------------------------------------------------------------------------------------------------

VERSION := $(shell sed -n 's/^\#define ORIEL_VERSION "\(.*\)"/\1/p' src/oriel.h)
D := $(DESTDIR)$(PREFIX)
LIBDIR ?= lib

.PHONY: install uninstall
install: all
	install -d $(D)/bin $(D)/include $(D)/$(LIBDIR)/pkgconfig
	install -m 755 $(B)/oriel $(D)/bin/oriel
	install -m 644 src/oriel.h $(D)/include/oriel.h
	install -m 644 $(B)/liboriel.a $(D)/$(LIBDIR)/liboriel.a
	install -m 755 $(B)/liboriel.so $(D)/$(LIBDIR)/liboriel.so.$(VERSION)
	ln -sf liboriel.so.$(VERSION) $(D)/$(LIBDIR)/liboriel.so.0
	ln -sf liboriel.so.0 $(D)/$(LIBDIR)/liboriel.so
	@printf '%s\n' 'prefix=$(PREFIX)' 'libdir=$${prefix}/$(LIBDIR)' 'includedir=$${prefix}/include' '' 'Name: oriel' \
	    'Description: learns to tag words from an example corpus' 'Version: $(VERSION)' \
	    'Requires.private: $(PACKAGES)' 'Libs: -L$${libdir} -loriel' 'Libs.private: -lm -lpthread' \
	    'Cflags: -I$${includedir}' > $(D)/$(LIBDIR)/pkgconfig/oriel.pc

uninstall:
	rm -f $(D)/bin/oriel $(D)/include/oriel.h $(D)/$(LIBDIR)/liboriel.a $(D)/$(LIBDIR)/liboriel.so \
	    $(D)/$(LIBDIR)/liboriel.so.0 $(D)/$(LIBDIR)/liboriel.so.$(VERSION) $(D)/$(LIBDIR)/pkgconfig/oriel.pc
