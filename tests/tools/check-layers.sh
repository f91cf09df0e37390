#!/usr/bin/env bash
# The check of the layers sees each thing that it is there for, and nothing else.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/tap.sh"

good_tree() {
	rm -rf "$tmp/tree"
	mkdir -p "$tmp"/tree/{probes/host,probes/checks,probes/actions,widgets,themes,tui/panels,tui/guides}
	cd "$tmp/tree" || exit 1
	echo '#include "themes/theme.h"' >themes/theme.c
	echo '#include <ini.h>' >>themes/theme.c
	touch themes/theme.h
	echo '#include "themes/theme.h"' >widgets/canvas.h
	printf '#include "widgets/canvas.h"\n/* printf("x") and open() are only words */\n' >widgets/bar.c
	echo 'struct host;' >probes/probe.h
	echo '#include "probes/probe.h"' >probes/host/host.h
	printf '#include "probes/host/host.h"\nint f(void) { return open("/x", 0) + socket(1, 2, 3); }\n' >probes/host/live.c
	printf '#include "probes/host/host.h"\nint g(struct h *h) { return h->open(1) + (*h).stat(2) + reopen(3); }\n' >probes/cpu.c
	echo 'const char *open_ = "open(1) printf(2) // fopen(3)"; // stat(4)' >>probes/cpu.c
	printf '#include <jansson.h>\n' >probes/json.c
	printf '#include "probes/probe.h"\n' >probes/checks/idle.c
	printf '#include "probes/probe.h"\n' >probes/actions/governor.c
	printf '#include <curses.h>\n#include "widgets/canvas.h"\nvoid t(void) { printf("x"); }\n' >tui/term.c
	printf '#include "probes/host/host.h"\n' >tui/main.c
	printf '#include "probes/probe.h"\n#include "widgets/canvas.h"\n' >tui/panels/overview.c
}

# breaks RULE FILE TEXT: a tree with TEXT added to FILE fails that rule and no other
breaks() {
	good_tree
	printf '%b\n' "$3" >>"$2"
	output=$("$top/tests/check-layers.sh" "$tmp/tree")
	is "$1" "$(grep '^not ok' <<<"$output" | sed 's/^not ok [0-9]* - //')" "$1"
}

good_tree
ends "a good tree is good" 0 "$top/tests/check-layers.sh" "$tmp/tree"
mkdir "$tmp/empty"
ends "a folder without sources is not" 1 "$top/tests/check-layers.sh" "$tmp/empty"

breaks "project headers are named from the top and exist" tui/main.c '#include "term.h"'
breaks "themes include themes" themes/theme.c '#include "widgets/canvas.h"'
breaks "widgets include widgets and themes" widgets/bar.c '#include "probes/probe.h"'
breaks "probes include probes" probes/cpu.c '  #  include "themes/theme.h"'
breaks "checks and actions cannot reach the host" probes/checks/idle.c '#include "probes/host/host.h"'
breaks "checks and actions cannot reach the host" probes/actions/governor.c '#include "probes/host/host.h"'
breaks "panels and guides cannot reach the host" tui/panels/overview.c '#include "probes/host/host.h"'
breaks "panels and guides cannot reach the host" tui/guides/one.c '#include "probes/host/host.h"'
good_tree
printf '#include "tui/app.h"\n' >tui/panels/overview.c
printf '#include "probes/host/host.h"\n' >tui/app.h
output=$("$top/tests/check-layers.sh" "$tmp/tree")
like "nor by way of a header in between" "$output" "overview.c -> tui/app.h -> probes/host/host.h"
breaks "ncurses is known to tui/term.c alone" tui/main.c '#include <ncursesw/curses.h>'
breaks "libvirt, libpci and the CPU's own words stay with the host" probes/cpu.c '#include <libvirt/libvirt.h>'
breaks "libvirt, libpci and the CPU's own words stay with the host" tui/main.c '#include <pci/pci.h>'
breaks "libvirt, libpci and the CPU's own words stay with the host" probes/cpu.c '#include <libcpuid/libcpuid.h>'
breaks "jansson is known to probes/json.c alone" tui/main.c '#include <jansson.h>'
breaks "inih is known to themes/theme.c alone" probes/cpu.c '#include <ini.h>'
breaks "libxml2 is known to probes/guest_xml.c alone" probes/cpu.c '#include <libxml/parser.h>'
breaks "zlib and libcurl stay with the host" probes/cpu.c '#include <zlib.h>'
for call in 'open("/x", 0)' 'openat(1, "x", 0)' 'fopen ("x", "r")' 'socket(1, 2, 3)' 'opendir("/")' 'popen("x", "r")' 'system("x")'; do
	breaks "files and sockets are opened by the host and by probes/files.c, the terminal by tui/tty.c" probes/cpu.c "int x(void) { return (int)$call; }"
done
breaks "files and sockets are opened by the host and by probes/files.c, the terminal by tui/tty.c" tui/main.c 'int x(void) { return /* a */ open("/x", 0); }'
breaks "files are looked at by the host and by probes/files.c" widgets/bar.c 'int x(void) { return stat("/x", 0); }'
breaks "only tui/ prints" probes/cpu.c 'void x(void) { printf("a"); }'
breaks "only tui/ knows stdout and stderr" widgets/bar.c 'void x(void) { fprintf(stderr, "a"); }'

good_tree
for i in 1 2 3 4 5 6 7; do
	touch "probes/h$i.h"
	echo "#include \"probes/h$i.h\"" >>probes/probe.h
done
output=$("$top/tests/check-layers.sh" "$tmp/tree")
like "a header that includes seven" "$output" "not ok [0-9]+ - no header includes more than 6"
like "and is named" "$output" "7 probes/probe.h"
good_tree
for i in 1 2 3 4 5 6 7; do
	printf '#include "themes/theme.h"\n#include "themes/theme.h"\n#include "themes/theme.h"\n' >"themes/h$i.h"
done
output=$("$top/tests/check-layers.sh" "$tmp/tree")
like "headers that include three each" "$output" "not ok [0-9]+ - half of the headers include at most 2"
done_testing
