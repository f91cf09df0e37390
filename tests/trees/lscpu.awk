# The topology that lscpu tells: its summary, then the lines of -p; also of util-linux's expected files.
# SPDX-License-Identifier: GPL-2.0-or-later
BEGIN { FS = "," }
/^NUMA node\(s\):/ {
	nodes = $0
	sub(/.*: */, "", nodes)
}
# The second table of an expected file has physical numbers: only the first one counts.
/^# CPU,Core/ {
	if (++tables > 1)
		exit
	columns = split($0, name, ",")
	for (i = 1; i <= columns; i++)
		if (name[i] == "L3")
			l3 = i
}
/^[0-9]+,/ && tables == 1 { cpu($1, $3, $2, $4, l3 ? $l3 : "") }
END { topology(nodes) }
