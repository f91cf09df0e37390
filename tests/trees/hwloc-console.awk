# The topology that hwloc's own expected pictures tell: lines indented under what they are part of.
# SPDX-License-Identifier: GPL-2.0-or-later
/^ +[A-Za-z0-9]+(\([A-Za-z]+\))? L#/ || /^ *[A-Za-z0-9]+ L#[0-9]+ \(.*\) \+ / {
	match($0, /^ */)
	indent = RLENGTH
	# what is drawn on one line is part of what stands left of it
	n = split($0, object, / \+ /)
	for (i = 1; i <= n; i++) {
		type = object[i]
		sub(/^ */, "", type)
		sub(/[^A-Za-z0-9].*/, "", type)
		for (t in at)
			if (at[t] >= indent + i / 100 && inside[t] != "")
				inside[t] = ""
		at[type] = indent + i / 100
		inside[type] = ++serial
		number = object[i]
		sub(/.*P#/, "", number)
		sub(/[^0-9].*/, "", number)
		if (type == "NUMANode")
			nnodes++
		if (type == "PU")
			cpu(number, inside["Package"], inside["Core"], "", inside["L3Cache"])
	}
}
END { topology(nodes ? nnodes : "") }
