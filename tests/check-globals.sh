#!/usr/bin/env bash
# Keeps state out of file scope: no variable in probes, widgets and themes but the one that libpci needs, at most 3 in tui.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# check-globals.sh [BUILD]. Reads the sections of the objects: what is const but holds pointers is in .data.rel.ro in a
# position independent object, so .data, .data.rel, .bss and their thread-local kin hold variables alone.
. "$(dirname "$0")/lib/tap.sh"
build=${1:-$HVSCOPE_BUILD}

if ! command -v objdump >/dev/null; then
	skip_all "objdump is not installed"
fi
case $build in
*-san* | *-cov* | *-fuzz*) skip_all "sanitizers and coverage put variables of their own into every object" ;;
esac
cd "$build" || exit 1

# FILE SIZE NAME of each variable in these folders' objects; only of sources that are still there
variables() {
	find "$@" -name '*.o' 2>/dev/null | sort | while read -r object; do
		[[ -z ${ANY_OBJECT:-} && ! -e $top/${object%.o}.c ]] || echo "$object"
	done | xargs -r -d '\n' objdump -t | awk '
		/^[^ ].*:[ \t]+file format / { file = $1; sub(/\.o:$/, ".c", file) }
		/[ \t](\.data|\.data\.rel|\.data\.rel\.local|\.bss|\.tdata|\.tbss|\*COM\*)(\.[A-Za-z_][^ \t]*)?[ \t]/ &&
		$0 !~ /\.data\.rel\.ro/ && $(NF - 1) !~ /^0+$/ { print file ": " $NF }'
}
# libpci's error() must not return and is given nothing of ours: where it leaves to is a pointer of each thread.
found=$(variables probes widgets themes | grep -vxF "probes/host/pci_names.c: leave")
if [[ -z $found ]]; then pass "no variable in probes, widgets, themes"; else fail "no variable in probes, widgets, themes" "$found"; fi
found=$(variables tui)
count=$(grep -c . <<<"$found")
if ((count <= 3)); then pass "at most 3 variables in tui (now $count)"; else fail "at most 3 variables in tui" "$found"; fi
done_testing
