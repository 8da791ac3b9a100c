#!/bin/sh
# Compiles the programs of this folder to BTF-carrying objects without debug sections or paths.
# Usage: build.sh [OUTPUT-FOLDER]   Needs clang-14, llvm-14 and libbpf-dev.
# Another clang than the one the objects were committed with makes other bytes: CLANG, STRIP name it.
set -eu
cd "$(dirname "$0")"
out=${1:-../resources/dev/shunt/scheduler/xdp}
clang=${CLANG:-clang-14}
strip=${STRIP:-llvm-strip-14}
mkdir -p "$out"
for source in shunt pass edge cookie bench flood; do
	"$clang" -target bpf -mcpu=v3 -O2 -g -Wall -Wextra -Werror -Wno-unused-parameter \
		-ffile-prefix-map="$PWD"=. -fdebug-compilation-dir=. \
		-I"/usr/include/$(uname -m)-linux-gnu" \
		-c "$source.bpf.c" -o "$out/$source.bpf.o"
	"$strip" -g "$out/$source.bpf.o"
done
