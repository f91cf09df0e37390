#!/usr/bin/env bash
# The cache of real trees: whole or not there, whatever interrupts the unpacking.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/tap.sh"
command -v xz >/dev/null || skip_all "xz is not installed"

mkdir -p "$tmp"/{project/tests/lib,hosts/trees/{one,two/deep,two/x86-cpuid}}
cp "$top/tests/lib/trees.sh" "$top/tests/lib/tap.sh" "$tmp/project/tests/lib"
cp "$top/tests/run.sh" "$tmp/project/tests"
cache=$tmp/project/.build/trees
export HVSCOPE_HOSTS=$tmp/hosts
# pack ARCHIVE TEXT: a tree that holds one file
pack() {
	local name=${1##*/}
	mkdir -p "$tmp/$name/proc"
	echo "$2" >"$tmp/$name/proc/version"
	tar -cJf "$tmp/hosts/trees/$1.tar.xz" -C "$tmp" "$name"
	rm -r "${tmp:?}/$name"
}
pack one/small 1
pack two/deep/big 2
pack two/x86-cpuid/dump 3
unpack() {
	"$tmp/project/tests/lib/trees.sh"
}
contents() {
	(cd "$cache" 2>/dev/null && find . -type f ! -name STAMP ! -name LIST -exec grep -H . {} + | sort | tr '\n' ' ')
}
all="./one/small/proc/version:1 ./two/deep/big/proc/version:2 "

ends "unpacks" 0 unpack
is "and says where" "$output" "$cache"
is "every tree in its place, without CPUID dumps" "$(contents)" "$all"
is "with a list" "$(tr '\n' ' ' <"$cache/LIST")" "one/small two/deep/big "
echo kept >"$cache/one/small/mark"
ends "a second time" 0 unpack
is "leaves all as it is" "$(cat "$cache/one/small/mark")" "kept"
rm "$cache/STAMP" "$cache/two/deep/big/proc/version"
mkdir -p "$cache/.part/half"
ends "after an interruption" 0 unpack
is "all is whole again" "$(contents)" "$all"
is "without a rest" "$(ls -A "$cache" | tr '\n' ' ')" "LIST STAMP one two "
pack one/small changed
ends "another archive" 0 unpack
is "is unpacked anew" "$(contents)" "${all/:1/:changed}"
for i in 1 2 3; do (rm -f "$cache/STAMP"; unpack >/dev/null) & done
wait
is "several at once do not disturb each other" "$(contents)" "${all/:1/:changed}"

echo garbage >"$tmp/hosts/trees/two/deep/big.tar.xz"
ends "a damaged archive is an error" 2 unpack
ends "and stays one" 2 unpack
printf '#!/bin/bash\necho 1..1; echo "ok 1 - trees ${HVSCOPE_TREES:-none}"\n' >"$tmp/program"
chmod +x "$tmp/program"
cd "$tmp/project" || exit 1
output=$(HVSCOPE_HOSTS=$tmp/hosts VERBOSE=1 tests/run.sh -T "$tmp/program" 2>&1)
is "which the runner counts" "${output##*$'\n'}" "1 passed, 1 failed"
pack two/deep/big 2
output=$(VERBOSE=1 tests/run.sh -T "$tmp/program" 2>&1)
like "the runner hands the folder on" "$output" "trees $cache"
output=$(VERBOSE=1 tests/run.sh "$tmp/program" 2>&1)
like "when it is asked to" "$output" "trees none"
export HVSCOPE_HOSTS=$tmp/nowhere
ends "without archives there is nothing to unpack" 0 unpack
is "and nothing is said" "$output" ""
done_testing
