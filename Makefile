# Oriel.  make: the program and the library.  make demo, make test: set up first, if anything is missing.
#
#   make            build/release/oriel, build/release/liboriel.a, build/release/liboriel.so
#   make demo       train on data/corpus, score, tag, export vectors
#   make test       all tests; `make check` alone is the quick part
#   make lint       layers, symbols, formatting, both compilers, documents
#   make bench      speed, next to this machine's own matrix product
#   make install    PREFIX=/usr/local DESTDIR=
#
# One folder per flavour: build/release, build/asan, build/tsan, build/double, build/fault.

FLAVOUR ?= release
B := build/$(FLAVOUR)
PREFIX ?= /usr/local
CFLAGS ?= -O2 -g
PKG_CONFIG ?= pkg-config

PACKAGES := libpcre2-8 libutf8proc jansson libxxhash zlib openblas
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes
COMMIT := $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)

flags.release :=
flags.asan := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
flags.tsan := -fsanitize=thread
flags.double := -DORIEL_DOUBLE
flags.fault := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
flags.valgrind := -O1
flags.mutant :=

# -ffp-contract=off: results must not change with the compiler.
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE $(CFLAGS) -ffp-contract=off -fno-math-errno -fPIC -fvisibility=hidden $(WARNINGS) \
             $(flags.$(FLAVOUR)) $(if $(NATIVE),-march=native) -Isrc $(shell $(PKG_CONFIG) --cflags $(PACKAGES) 2>/dev/null)
LIBS = $(shell $(PKG_CONFIG) --libs $(PACKAGES) 2>/dev/null) -lm -lpthread

LIB_SRC := $(sort $(wildcard src/base/*.c src/text/*.c src/net/*.c src/model/*.c src/learn/*.c))
CLI_SRC := $(sort $(wildcard src/cli/*.c))
NET_SRC := $(sort $(wildcard src/base/*.c src/net/*.c))
SUPPORT_SRC := $(sort $(wildcard tests/support/*.c))
LIB_OBJ := $(LIB_SRC:%.c=$(B)/%.o)
CLI_OBJ := $(CLI_SRC:%.c=$(B)/%.o)
NET_OBJ := $(NET_SRC:%.c=$(B)/%.o)
SUPPORT_OBJ := $(filter-out %/memory_failing.o,$(SUPPORT_SRC:%.c=$(B)/%.o))

.PHONY: all lib FORCE clean
all: $(B)/oriel $(B)/liboriel.so

lib: $(B)/liboriel.a $(B)/liboriel.so

# The commit is the only thing that changes without a source changing.
$(B)/commit.txt: FORCE
	@mkdir -p $(@D)
	@echo '$(COMMIT)' | cmp -s - $@ || echo '$(COMMIT)' > $@
$(B)/src/model/system.o: $(B)/commit.txt
$(B)/src/model/system.o: ALL_CFLAGS += -DORIEL_COMMIT='"$(COMMIT)"'

# Loops over elements: at -O2 gcc 12 leaves them scalar.
$(patsubst %,$(B)/src/net/%.o,kernel crf crf_paths crf_scaled optimizer packed products tables pairs pair_rows pair_step pair_tables pair_tile mask tile_avx512 tile_avx2 tile_neon tiled whole whole_avx2 whole_avx512): ALL_CFLAGS += $(if $(filter release valgrind mutant,$(FLAVOUR)),-O3)

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(EXTRA_CFLAGS) -MMD -MP -c -o $@ $<

# What is not public is made local, so that the archive cannot clash with its users' names.
$(B)/liboriel.a: $(LIB_OBJ)
	@rm -f $@
	ld -r -o $(B)/liboriel.o $(LIB_OBJ)
	$(if $(filter release valgrind,$(FLAVOUR)),objcopy -w --keep-global-symbol='oriel_*' $(B)/liboriel.o)
	$(AR) rcs $@ $(B)/liboriel.o

$(B)/liboriel.so: $(LIB_OBJ) src/oriel.map
	$(CC) $(ALL_CFLAGS) -shared -Wl,-soname,liboriel.so.0 -Wl,-z,defs -Wl,--version-script=src/oriel.map -o $@ $(LIB_OBJ) $(LDFLAGS) $(LIBS)

$(B)/oriel: $(CLI_OBJ) $(B)/liboriel.a
	$(CC) $(ALL_CFLAGS) -o $@ $(CLI_OBJ) $(B)/liboriel.a $(LDFLAGS) $(LIBS)

clean:
	rm -rf build

include scripts/test.mk
-include $(shell find build/$(FLAVOUR) -name '*.d' 2>/dev/null)
