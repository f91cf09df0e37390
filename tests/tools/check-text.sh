#!/usr/bin/env bash
# The check of the texts sees each thing that it is there for, and nothing else.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/tap.sh"
licence='SPDX-License-Identifier: GPL-2.0-or-later'

good_tree() {
	rm -rf "$tmp/tree"
	mkdir -p "$tmp"/tree/{probes,widgets,themes,tui,tests}
	cd "$tmp/tree" || exit 1
	printf '# Builds the thing, all of it.\n# %s\nbuild run: x\ntest:\n' "$licence" >Makefile
	printf 'Folders: probes/ widgets/ themes/ tui/ tests/. `make run`, `make V=1 test`, then make sure.\n' >README.md
	sed -i 's/ then make sure//' README.md
	printf '#!/bin/sh\n# Runs a thing that tests.\n# %s\nls /sys/devices /tmp/hvscope.1 "$x/tmp/y" /nowhere/x\n' "$licence" >tests/x.sh
	printf '/* A table of widgets,\n * in two lines. */\n/* %s */\n' "$licence" >widgets/w.def
	printf '/* The kernel and its command line. */\n/* %s */\n' "$licence" >probes/kernel.c
	cat >>probes/kernel.c <<-'C'
	#define NUMBER(member) \
		FIELD(struct kernel, member, "x", 0, 0, 0, NULL, "no stop")
	/* FIELD(struct, in, a, comment) */
	static const struct field fields[] = {
		FIELD(struct kernel, release, "Kernel", TYPE_TEXT, UNIT_NONE, 0, SOURCES("/proc/version", "a, b"), "Which, one (so): \"x\"."),
		FIELD(struct kernel, line, "Line", TYPE_TEXT, UNIT_NONE, 0, src_line,
			"What it was started with, "
			"in two texts."),
	};
	C
}

# breaks RULE COMMAND…: a tree after the command fails that rule and no other
breaks() {
	good_tree
	local rule=$1
	shift
	"$@"
	output=$("$top/tests/check-text.sh" "$tmp/tree" 2>&1)
	is "$rule" "$(grep '^not ok' <<<"$output" | sed 's/^not ok [0-9]* - //')" "$rule"
}
add() {
	printf '%b\n' "$2" >>"$1"
}
field() {
	add probes/kernel.c "FIELD(struct kernel, a, \"A\", TYPE_TEXT, UNIT_NONE, 0, $1, $2),"
}

good_tree
output=$("$top/tests/check-text.sh" "$tmp/tree" 2>&1)
is "a good tree is good" "$(grep '^not ok' <<<"$output")" ""
like "fields are counted, without macros and comments" "$output" "# fields: 2"

sentence="each file begins with a sentence that says what it is for"
breaks "$sentence" sed -i 1d probes/kernel.c
breaks "$sentence" sed -i '2s/.*/# Tests./' tests/x.sh
breaks "$sentence" sed -i '1s/.*/int x;/' probes/kernel.c
spdx="each file names its licence within the first three lines"
breaks "$spdx" sed -i 2d probes/kernel.c
breaks "$spdx" sed -i '2i \\n\n' probes/kernel.c
breaks "$spdx" sed -i '/SPDX/s/GPL.*/MIT/' tests/x.sh
meaning="each field has a source, and a meaning that ends with a full stop"
breaks "$meaning" field src_x '"No stop"'
breaks "$meaning" field src_x '""'
breaks "$meaning" field NULL '"No source."'
breaks "$meaning" field 'SOURCES()' '"No source."'
breaks "$meaning" add probes/kernel.c 'FIELD(struct kernel, a,\n\t"A", TYPE_TEXT, UNIT_NONE, 0, src_x, "In two lines"),'
breaks "$meaning" add probes/kernel.c 'FIELD(struct kernel, a, "A", TYPE_TEXT),'
notes="nothing is left to be done"
breaks "$notes" add probes/kernel.c '/* TO''DO: more */'
breaks "$notes" add Makefile '# FIX''ME'
breaks "$notes" add README.md 'It is like that for no''w.'
path="no path of one machine"
breaks "$path" add README.md 'see /ho''me/jane/hvscope'
breaks "$path" add probes/kernel.c 'static const char x[] = "/tm''p/mine/x";'
breaks "$path" add tests/x.sh 'ls /ro''ot/x'
odd=$(find / -mindepth 1 -maxdepth 1 -type d ! -name '.*' -printf '%f\n' |
	grep -E '^[A-Za-z_][A-Za-z0-9_.-]*$' |
	grep -vxE 'bin|boot|dev|etc|home|lib|lib64|media|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|var' | head -n 1)
if [[ -n $odd ]]; then
	breaks "$path" add tests/x.sh "ls /$odd/x"
else
	skip "$path" "this machine has no folder of its own at the top"
fi
breaks "there is a README" rm README.md
breaks "the README names each folder" sed -i 's/widgets//' README.md
breaks "the targets that the README names exist" add README.md '`make CC=clang dinner`'
breaks "nothing unexpected lies at the top" touch notes.txt
done_testing
