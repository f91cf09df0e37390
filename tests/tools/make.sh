#!/usr/bin/env bash
# The Makefile on a small project: what it builds anew and what not, how it runs, installs and takes away.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/tap.sh"

mkdir -p "$tmp"/tree/{probes,themes,tui,.packaging,.ci,tests} && cd "$tmp/tree" || exit 1
cp "$top/Makefile" "$top/LICENSE" .
cp "$top/.ci/run" .ci/
printf '# Changes\n\n## 1.2.3 (today)\n' >CHANGELOG.md
printf '#!/bin/sh\necho deps "$@" >>"$CALLS"\n' >.packaging/deps.sh
chmod +x .packaging/deps.sh
export CALLS=$tmp/calls
touch themes/default.theme
echo 'int a(void); int a(void) { return 1; }' >probes/a.c
echo 'int b(void); int b(void) { return 2; }' >probes/b.c
cat >tui/main.c <<'C'
#include "tui/main.h"
#include <stdio.h>
int main(int argc, char **argv)
{
	char line[80] = "";

	if (argc == 1)
		printf("key %s", fgets(line, sizeof line, stdin) ? line : "none");
	else
		printf("argument %s\n", argv[1]);
	printf("data in %s, version %s, status %d\n", HVSCOPE_DATADIR, HVSCOPE_VERSION, STATUS);
	return STATUS;
}
C
echo '#define STATUS 0' >tui/main.h

# quiet_make ARGUMENT…: nothing of what called this test, and no input
quiet_make() {
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make --no-print-directory "$@" </dev/null
}
program=.build/gcc/hvscope

ends "builds" 0 quiet_make build
ends "and it runs" 0 $program x
like "with its version and folder" "$output" "data in /usr/local/share/hvscope, version 1.2.3"
ends "builds a second time" 0 quiet_make build
is "without a word" "$output" ""
echo '#define STATUS 5' >tui/main.h
ends "a changed header" 0 quiet_make build
ends "is seen" 5 $program x
echo '#define STATUS 0' >tui/main.h
ends "other flags build all anew" 0 quiet_make build CPPFLAGS=-DX
like "each file" "$output" "CC +probes/a.c"
ends "other flags a second time" 0 quiet_make build CPPFLAGS=-DX
is "do nothing" "$output" ""
ends "flags in the environment" 0 env CFLAGS="-O1 -DY='\"a b\"'" make --no-print-directory build
ends "flags in the environment, from a make below" 0 env CFLAGS="-O1 -DY='\"a b\"'" make --no-print-directory run
unlike "are the same flags there" "$output" "CC"
rm probes/b.c
ends "a file that is gone" 0 quiet_make build
unlike "is gone from the library" "$(ar t .build/gcc/libhvscope.a)" "b\.o"
quiet_make build >/dev/null

: >"$CALLS"
output=$(quiet_make run 2>"$tmp/errors")
is "run without a terminal prints the report alone" "${output%%$'\n'*}" "argument report"
is "and nothing else" "$(cat "$tmp/errors")" ""
is "after looking for what is missing" "$(cat "$CALLS")" "deps -q build"
like "with the themes of the tree" "$output" "data in"
ends "run takes arguments" 0 quiet_make run ARGS=--help
like "and hands them on" "$output" "argument --help"
if command -v script >/dev/null; then
	output=$(echo pressed | script -qec 'make --no-print-directory run' /dev/null)
	like "run on a terminal opens the program, which gets the keys" "$output" "key pressed"
else
	skip "run on a terminal" "script is not installed"
fi
mkdir -p tests/lab/guest
printf '#!/bin/sh\necho "lab $*"; exit 7\n' >tests/lab/guest/lab.sh
printf '#!/bin/sh\necho "kernel $*"\n' >tests/lab/guest/kernel.sh
chmod +x tests/lab/guest/*.sh
: >"$CALLS"
ends "lab boots what was built, and ends as that ends" 2 quiet_make lab ARGS='report --json'
like "with the arguments" "$output" "lab $program report --json"
is "after looking for what the lab needs" "$(cat "$CALLS")" "deps -q lab"
ends "lab-deps" 0 quiet_make lab-deps
is "fetches the kernel too" "${output##*$'\n'}" "kernel .build/lab/kernel"
printf '#!/bin/sh\necho "apt-get install -y x"; exit 1\n' >.packaging/deps.sh
ends "run that cannot install what is missing ends" 2 quiet_make run
unlike "before building" "$output" "argument"

ends "installs" 0 quiet_make install DESTDIR="$tmp/a dir" PREFIX=/opt/x
is "these files" "$(cd "$tmp/a dir" && find . -type f | sort | tr '\n' ' ')" "./opt/x/bin/hvscope ./opt/x/share/doc/hvscope/CHANGELOG.md \
./opt/x/share/doc/hvscope/LICENSE ./opt/x/share/hvscope/themes/default.theme "
ends "what was installed runs" 0 "$tmp/a dir/opt/x/bin/hvscope" x
like "and knows where its themes are" "$output" "data in /opt/x/share/hvscope"
touch "$tmp/a dir/opt/x/bin/other"
ends "uninstalls" 0 quiet_make uninstall DESTDIR="$tmp/a dir" PREFIX=/opt/x
is "its own files alone" "$(cd "$tmp/a dir" && find . -type f)" "./opt/x/bin/other"
ends "cleans" 0 quiet_make clean
is "everything" "$(ls -d .build 2>&1 | grep -c '^.build')" 0
ends "help" 0 quiet_make help
for target in build run deps test-deps lab lab-deps check test check-san check-valgrind bench fuzz install uninstall clean; do
	[[ $output == *"make $target "* ]] || missing="${missing:-} $target"
done
is "lists every target" "${missing:-}" ""

printf 'test:\n\t@echo tested; cat; exit 3\n' >Makefile
output=$(cd / && "$tmp/tree/.ci/run" <&- 2>/dev/null)
is "continuous integration runs the tests and ends as they do, without input" "$? $output" "2 tested"
done_testing
