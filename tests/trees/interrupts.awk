# What /proc/interrupts says: NAME SUM TEXT of each line, tabs between; TEXT is what stands behind the counts, its blanks
# squeezed, - for nothing.
# SPDX-License-Identifier: GPL-2.0-or-later
NR == 1 {
	columns = NF
	next
}
{
	name = $1
	sub(/:$/, "", name)
	sum = 0
	for (i = 2; i <= NF && i <= columns + 1 && $i ~ /^[0-9]+$/; i++)
		sum += $i
	text = ""
	for (; i <= NF; i++)
		text = text (text == "" ? "" : " ") $i
	printf "%s\t%.0f\t%s\n", name, sum, text == "" ? "-" : text
}
