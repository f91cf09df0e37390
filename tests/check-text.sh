#!/usr/bin/env bash
# Reads what people read: the sentence and licence of each file, the fields' meanings, the README, and left-over notes.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# check-text.sh [FOLDER]
. "$(dirname "$0")/lib/tap.sh"
cd "${1:-$top}" || exit 1

# Everything that a person wrote here, but not the texts that tests feed to parsers
mapfile -t texts < <(find . \( -name .git -o -name .build -o -path ./tests/fuzz/seeds -o -path ./tests/hosts \
	-o -path ./tests/golden \) -prune -o -type f -printf '%P\n' | sort)
mapfile -t sources < <(printf '%s\n' "${texts[@]}" | grep -E '\.([ch]|def|sh|theme)$|(^|/)Makefile$|^\.ci/run$')

# rule NAME OFFENCES
rule() {
	if [[ -z $2 ]]; then pass "$1"; else fail "$1" "$2"; fi
}

rule "each file begins with a sentence that says what it is for" "$(awk '
	FNR == 1 { line = 0 }
	FNR == 1 && /^#!/ { next }
	FNR <= 3 && ++line == 1 {
		# at least two words and a stop, or a sentence that goes on in the next line
		if ($0 !~ /^(\/\*|#|;) ?[^ ]+ .*(\.|\. \*\/|[^ *\/.])$/ || /SPDX/)
			print FILENAME ": " $0
	}' "${sources[@]}")"
rule "each file names its licence within the first three lines" "$(
	grep -LF 'SPDX-License-Identifier: GPL-2.0-or-later' "${sources[@]}"
	grep -m 1 -HnF 'SPDX-License-Identifier: GPL-2.0-or-later' "${sources[@]}" | awk -F : '$2 > 3 { print $1 }')"

mapfile -t tables < <(printf '%s\n' "${sources[@]}" | grep -E '^probes/.*\.(c|def|h)$')
fields=$([[ ${#tables[@]} -eq 0 ]] || awk '
	# Adds the arguments of one FIELD(…) up, over as many lines as it takes
	function finish(    n) {
		n = args
		if (n < 7)
			print where ": a field of " n + 1 " arguments"
		else if (arg[6] ~ /^[ \t]*(NULL|0|SOURCES\([ \t]*\))?[ \t]*$/)
			print where ": a field without a source"
		else if (arg[7] !~ /[A-Za-z].*\."[ \t]*$/)
			print where ": the meaning does not end with a full stop: " arg[7]
		fields++
		depth = 0
	}
	FNR == 1 { depth = 0; in_define = 0; in_text = 0 }
	{
		line = $0
		if (in_define || line ~ /^[ \t]*#[ \t]*define/) {
			in_define = line ~ /\\$/
			next
		}
		gsub(/\/\*[^*]*\*\//, "", line)
		if (line ~ /^[ \t]*\/?\*/ && !depth)
			next
		while (line != "") {
			if (!depth) {
				if (!match(line, /(^|[^A-Za-z_])FIELD\(/))
					break
				line = substr(line, RSTART + RLENGTH)
				depth = 1; args = 0; in_text = 0
				split("", arg)
				where = FILENAME ":" FNR
			}
			c = substr(line, 1, 1)
			line = substr(line, 2)
			if (in_text) {
				arg[args] = arg[args] c
				if (c == "\\") { arg[args] = arg[args] substr(line, 1, 1); line = substr(line, 2) }
				else if (c == "\"") in_text = 0
				continue
			}
			if (c == "\"") in_text = 1
			if (c == "(" || c == "{") depth++
			if (c == ")" || c == "}") depth--
			if (!depth) { finish(); continue }
			if (c == "," && depth == 1) args++
			else arg[args] = arg[args] c
		}
		if (depth) arg[args] = arg[args] " "
	}
	END { print "# fields: " fields + 0 > "/dev/stderr" }' "${tables[@]}")
rule "each field has a source, and a meaning that ends with a full stop" "$fields"

# Written so that this file is not among what it finds.
rule "nothing is left to be done" "$(grep -nE '\b(TOD[O]|FIXM[E]|XX[X]|HAC[K])\b|\bfor n[o]w\b' "${texts[@]}" | head -n 20)"

# A path whose first part is not of every Linux but exists here, or that lies in somebody's home or scratch folder
rule "no path of one machine" "$(grep -noE "(^|[[:space:]\"'=(\`:])/[A-Za-z_][A-Za-z0-9_.-]*(/[A-Za-z0-9_.-]+)?" "${texts[@]}" |
	sed -E "s/^([^:]*:[0-9]+:)[^\/]*/\1/" | while IFS=: read -r file line path; do
	first=${path#/}
	first=${first%%/*}
	case $path in
	/home/* | /root/* | /Users/*) echo "$file:$line: $path" ;;
	/tmp/hvscope* | /tmp/) ;;
	/tmp/*) echo "$file:$line: $path" ;;
	*)
		case $first in
		bin | boot | dev | etc | home | lib | lib64 | media | mnt | opt | proc | root | run | sbin | srv | sys | tmp | usr | var) ;;
		*) [[ ! -d /$first ]] || echo "$file:$line: $path" ;;
		esac
		;;
	esac
done)"

rule "there is a README" "$([[ -s README.md ]] || echo "README.md is missing")"
if [[ -s README.md ]]; then
	rule "the README names each folder" "$(for folder in */; do
		grep -qF "${folder%/}/" README.md || echo "$folder"
	done)"
	rule "the targets that the README names exist" "$(grep -oE '\bmake( +[A-Z_]+=[^ `]+)* +[a-z][a-z-]+' README.md | awk '{ print $NF }' |
		sort -u | while read -r target; do
			grep -qE "^([a-z-]+ )*$target( [a-z-]+)*:" Makefile || echo "$target"
		done)"
fi
rule "nothing unexpected lies at the top" "$(find . -mindepth 1 -maxdepth 1 ! -name '.*' -printf '%P\n' |
	grep -vxE 'Makefile|README\.md|LICENSE|CHANGELOG\.md|tui|probes|widgets|themes|tests')"
done_testing
