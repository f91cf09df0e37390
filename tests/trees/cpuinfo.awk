# The topology that /proc/cpuinfo tells, and node*/cpulist after it (lines "node ID LIST").
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Where a package has as many cores as CPUs each CPU is a core, whatever number it got.
$1 == "node" && NF <= 3 && $2 ~ /^[0-9]+$/ {
	nnodes++
	delete set
	list_set($3, set)
	for (id in set)
		near[id] = $2
	next
}
$1 == "processor" && $2 == ":" { ids[++n] = id = $3 }
/^physical id/ { physical[id] = $NF }
/^core id/ { core[id] = $NF }
/^siblings/ { threads[id] = $NF }
/^cpu cores/ { alone[id] = threads[id] == $NF }
END {
	for (i = 1; i <= n; i++) {
		id = ids[i]
		label = ""
		if ((id in physical) && (id in core))
			label = physical[id] "/" (alone[id] ? "cpu" id : core[id])
		cpu(id, physical[id], label, near[id], "")
	}
	topology(nnodes)
}
