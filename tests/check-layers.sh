#!/usr/bin/env bash
# Holds the layers: what each folder may include, and what is reserved to one place.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# check-layers.sh [FOLDER]: a case for each rule; the tests of this script give it folders that break one.
. "$(dirname "$0")/lib/tap.sh"
cd "${1:-$top}" || exit 1

mapfile -t sources < <(find probes widgets themes tui -name '*.[ch]' -o -name '*.def' 2>/dev/null | sort)
[[ ${#sources[@]} -gt 0 ]] || { fail "there are sources" && done_testing; }

# FILE LINE "header" and FILE LINE <header>, of all sources
includes=$(awk 'match($0, /^[ \t]*#[ \t]*include[ \t]*[<"][^>"]*[>"]/) {
	header = substr($0, RSTART, RLENGTH)
	sub(/^[^<"]*/, "", header)
	print FILENAME, FNR, header
}' "${sources[@]}")

# The code without comments and texts, each line as FILE:LINE: code
code=$(awk '
FNR == 1 { comment = 0 }
{
	out = ""
	line = $0
	while (line != "") {
		if (comment) {
			end = index(line, "*/")
			line = end ? substr(line, end + 2) : ""
			comment = !end
		} else if (match(line, /\/\*|\/\/|"|\047/)) {
			out = out substr(line, 1, RSTART - 1)
			token = substr(line, RSTART, RLENGTH)
			line = substr(line, RSTART + RLENGTH)
			if (token == "/*") {
				comment = 1
			} else if (token == "//") {
				line = ""
			} else {
				out = out token token
				if (token == "\"")
					match(line, /^([^"\\]|\\.)*"/)
				else
					match(line, /^([^\047\\]|\\.)*\047/)
				line = RLENGTH > 0 ? substr(line, RLENGTH + 1) : ""
			}
		} else {
			out = out line
			line = ""
		}
	}
	print FILENAME ":" FNR ": " out
}' "${sources[@]}")

# rule NAME OFFENCES
rule() {
	if [[ -z $2 ]]; then pass "$1"; else fail "$1" "$2"; fi
}

# within NAME FILES MAY: project headers that files may include, as extended expressions; MAY is (if nothing) all
within() {
	rule "$1" "$(awk -v files="$2" -v may="$3" '
		$1 ~ files && $3 ~ /^"/ && substr($3, 2) !~ may { print $1 ":" $2 ": includes " $3 }' <<<"$includes")"
}

# reserved NAME HEADERS FILES: system headers that only these files may include
reserved() {
	rule "$1" "$(awk -v headers="^<($2)" -v files="^($3)" '
		$3 ~ headers && $1 !~ files { print $1 ":" $2 ": includes " $3 }' <<<"$includes")"
}

# calls NAME FUNCTIONS FILES: functions that only these files may call (a member of that name is another thing)
calls() {
	rule "$1" "$(grep -E "(^|[^A-Za-z0-9_.>])($2)[[:space:]]*\(" <<<"$code" | grep -vE "^($3)" |
		grep -vE '^[^:]*:[0-9]+: [[:space:]]*#[[:space:]]*(include|define)')"
}

# Files below HEADER's includes, to any depth, that reach the host's own headers
reaching_host() {
	awk -v from="$1" '
	$3 ~ /^"/ {
		header = substr($3, 2, length($3) - 2)
		next_of[$1] = next_of[$1] " " header
		if ($1 ~ from)
			start[$1] = 1
	}
	function walk(file, path,    n, part, i) {
		if (seen[file]++)
			return
		if (file ~ /^probes\/host\//)
			print path
		n = split(next_of[file], part, " ")
		for (i = 1; i <= n; i++)
			walk(part[i], path " -> " part[i])
	}
	END {
		for (file in start) {
			delete seen
			walk(file, file)
		}
	}' <<<"$includes"
}

rule "project headers are named from the top and exist" "$(awk '$3 ~ /^"/ { gsub(/"/, "", $3); print }' <<<"$includes" |
	while read -r file line header; do
		[[ -e $header ]] || echo "$file:$line: no file $header from the top"
	done)"
within "themes include themes" '^themes/' '^themes/'
within "widgets include widgets and themes" '^widgets/' '^(widgets|themes)/'
within "probes include probes" '^probes/' '^probes/'
rule "checks and actions cannot reach the host" "$(reaching_host '^probes/(checks|actions)/')"
rule "panels and guides cannot reach the host" "$(reaching_host '^tui/(panels|guides)/')"
reserved "ncurses is known to tui/term.c alone" 'n?curses|curses|term\.h|panel\.h|menu\.h|form\.h|unctrl' 'tui/term\.c$'
reserved "libvirt, libpci and the CPU's own words stay with the host" 'libvirt/|pci/|libcpuid/|cpuid\.h' 'probes/host/'
reserved "jansson is known to probes/json.c alone" 'jansson' 'probes/json\.c$'
reserved "inih is known to themes/theme.c alone" 'ini\.h|INIReader' 'themes/theme\.c$'
reserved "libxml2 is known to probes/guest_xml.c alone" 'libxml' 'probes/guest_xml\.c$'
reserved "zlib and libcurl stay with the host" 'zlib\.h|curl/' 'probes/host/'
calls "files and sockets are opened by the host and by probes/files.c, the terminal by tui/tty.c" \
	'open|openat|openat2|creat|fopen|freopen|opendir|fdopendir|scandir|popen|system|socket|nftw|glob' \
	'probes/host/|probes/files(_draft)?\.c:|tui/tty\.c:'
calls "files are looked at by the host and by probes/files.c" \
	'stat|lstat|fstatat|statx|access|faccessat|readlink|readlinkat|syscall' \
	'probes/host/|probes/files(_draft|_program)?\.c:'
calls "only tui/ prints" 'printf|vprintf|puts|putchar|perror|psignal' 'tui/|probes/util\.c:'
rule "only tui/ knows stdout and stderr" "$(grep -wE 'stdout|stderr|STDOUT_FILENO|STDERR_FILENO' <<<"$code" |
	grep -vE '^(tui/|probes/util\.c:)')"

counts=$(for header in "${sources[@]}"; do
	[[ $header != *.h ]] || echo "$(grep -c "^$header [0-9]* \"" <<<"$includes") $header"
done | sort -n)
rule "no header includes more than 6 of the project's" "$(awk '$1 > 6' <<<"$counts")"
median=$(awk '{ n[NR] = $1 } END { print n[int((NR + 1) / 2)] + 0 }' <<<"$counts")
rule "half of the headers include at most 2 of the project's" "$( ((median <= 2)) || echo "the median is $median")"
done_testing
