# Reads the NUMA nodes of a capture from its raw files, as report_numa prints ours.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Input: PATH<tab>LINE, all lines of a file in turn, PATH below devices/system/node; a link to a CPU is PATH node0/cpu3 and
# no line. lib.awk first.
BEGIN { FS = "\t" }
{
	split($1, part, "/")
	node = part[1]
	sub(/^node/, "", node)
	nodes[node] = 1
}
part[2] == "cpulist" { list[node] = $2; has[node, "cpulist"] = 1 }
part[2] == "cpumap" { mask[node] = mask[node] $2; has[node, "cpumap"] = 1 }
part[2] ~ /^cpu[0-9]+$/ { link[node, substr(part[2], 4) + 0] = 1; links = 1; if (substr(part[2], 4) + 0 > highest) highest = substr(part[2], 4) + 0 }
part[2] == "distance" && $2 != "" { gsub(/^ +| +$/, "", $2); gsub(/ +/, " ", $2); print "distance\t" node "\t" $2 }
part[2] == "meminfo" {
	split($2, word, " +")
	if (word[3] == "MemTotal:") print "total\t" node "\t" word[4]
	if (word[3] == "MemFree:") print "free\t" node "\t" word[4]
}
part[2] == "hugepages" && part[4] == "nr_hugepages" {
	size = part[3]
	gsub(/[^0-9]/, "", size)
	print "pool\t" node "/" size "\t" $2
}
# Ids of a set as the kernel writes a list
function text_of(set, most,    id, text, last, first) {
	first = -1
	for (id = 0; id <= most + 1; id++) {
		if (id in set && first < 0)
			first = id
		if (!(id in set) && first >= 0) {
			text = text (text == "" ? "" : ",") first (id - 1 > first ? "-" (id - 1) : "")
			first = -1
		}
	}
	return text
}
function of_mask(text,    bits, set, n, i, most) {
	n = mask_bits(text, bits)
	for (i = 0; i < n; i++) {
		set[bits[i]] = 1
		most = bits[i] > most ? bits[i] : most
	}
	return text_of(set, most)
}
function of_links(node,    set, id) {
	for (id = 0; id <= highest; id++)
		if ((node, id) in link)
			set[id] = 1
	return text_of(set, highest)
}
END {
	for (node in nodes) {
		n++
		if ((node, "cpulist") in has)
			print "cpus\t" node "\t" list[node]
		else if ((node, "cpumap") in has)
			print "cpus\t" node "\t" of_mask(mask[node])
		else if (links)
			print "cpus\t" node "\t" of_links(node)
	}
	if (n)
		print "nodes\t-\t" n
}
