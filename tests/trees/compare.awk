# Compares what a judge says with what we say: compare.awk -v tree= -v judge= OURS THEIRS.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A judge who is silent does not judge. Each disagreement is a line TREE JUDGE FIELD OURS THEIRS, with / for a tab; of
# what is said of each CPU the first that differs stands for all, with how many.
BEGIN { FS = "\t" }
FNR == NR {
	ours[$1, $2] = $3
	next
}
{
	judged[$1]++
	mine = ($1, $2) in ours ? ours[$1, $2] : "-"
	if (mine == $3)
		next
	if (++differ[$1] == 1) {
		names[++n] = $1
		first[$1] = $2 "\t" mine "\t" $3
	}
}
END {
	for (i = 1; i <= n; i++) {
		split(first[names[i]], at, "\t")
		where = at[1] == "-" ? "" : differ[names[i]] " CPUs, cpu" at[1] " "
		printf "%s|%s|%s|%s%s|%s\n", tree, judge, names[i], where, at[2], at[3]
	}
}
