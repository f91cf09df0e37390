#!/usr/bin/env bash
# The checks of sizes, headers and globals see what they are there for.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/tap.sh"
mkdir -p "$tmp"/tree/{probes,tui} && cd "$tmp/tree" || exit 1

# function NAME LINES: a function of that many lines
function_of() {
	echo "int $1(void)"
	echo "{"
	for ((i = 0; i < $2 - 4; i++)); do echo "	/* */"; done
	echo "	return 0;"
	echo "}"
}
# finds NAME CHECK ARGUMENT EXPECTED: the check fails in just these cases; all that it said is in $output
finds() {
	output=$("$top/tests/check-$2.sh" "$3" 2>&1)
	is "$1" "$(grep '^not ok' <<<"$output" | sed 's/^not ok [0-9]* - //')" "$4"
}

for ((n = 0; n < 60; n++)); do function_of "f$n" 5; done >probes/a.c
function_of long60 60 >>probes/a.c
finds "sizes at the limit pass" size . ""
yes '/* */' | head -n 400 >tui/b.c
finds "a file of 400 lines passes" size . ""
echo '/* */' >>tui/b.c
finds "a file of 401 lines fails" size . "no file is longer than 400 lines"
like "and is named" "$output" "401 tui/b.c"
mv tui/b.c tui/b.def
finds "but not a table" size . ""
if ctags --version 2>/dev/null | grep -q Universal; then
	function_of long61 61 >probes/c.c
	finds "a function of 61 lines fails" size . "no function is longer than 60 lines"
	like "and is named" "$output" "61 probes/c.c:1: long61"
	for n in 1 2 3 4; do function_of "l$n" 46; done >probes/c.c
	finds "many long functions fail" size . "95 of 100 functions have at most 45 lines"
else
	skip "long functions fail" "universal-ctags is not installed"
fi

echo 'int x(void);' >probes/good.h
echo '#define X 1' >probes/macros.h
finds "a header that compiles alone passes" headers . ""
header_fails() {
	output=$("$top/tests/check-headers.sh" . 2>&1)
	like "$1" "$output" "not ok 1 - headers compile alone with gcc"
}
echo 'size_t x(void);' >probes/lacks.h
header_fails "a header that lacks an include fails"
rm probes/lacks.h
echo 'struct s { int x; };' >probes/twice.h
header_fails "a header without a guard fails"
rm probes/twice.h

# object FILE CODE: what the compiler makes of it
object() {
	mkdir -p "$tmp/build/${1%/*}"
	echo "$2" >"$tmp/o.c"
	gcc -std=c17 -O2 "${flags[@]}" -c -o "$tmp/build/${1%.c}.o" "$tmp/o.c"
}
export ANY_OBJECT=1
for flags in -fPIE -fno-pie; do
	flags=("$flags")
	rm -rf "$tmp/build"
	object probes/a.c 'static const char *const t[] = {"a", "b"}; const char *f(int i) { return t[i]; }'
	object tui/a.c 'int a; static int b = 3; int *f(void) { return &b; } _Thread_local int c;'
	finds "const tables pass ($flags)" globals "$tmp/build" ""
	for code in 'int x;' 'int x = 3;' 'static int x; int *f(void) { return &x; }' '_Thread_local int x;' \
		'const char *x = "a";' 'int *f(void) { static int x = 1; return &x; }'; do
		object probes/b.c "$code"
		finds "$code ($flags)" globals "$tmp/build" "no variable in probes, widgets, themes"
	done
	like "a variable is named" "$output" "probes/b.c: x"
	rm "$tmp/build/probes/b.o"
	object tui/b.c 'long d = 1;'
	finds "a fourth in tui fails ($flags)" globals "$tmp/build" "at most 3 variables in tui"
done
done_testing
