# The NUMA nodes that hwloc tells in XML, as report_numa prints ours; lib.awk first.
# SPDX-License-Identifier: GPL-2.0-or-later
function attribute(name) {
	if (!match($0, " " name "=\"[^\"]*\""))
		return ""
	return substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
}
function list_of(mask,    bits, set, n, i, most, id, text, first) {
	n = mask_bits(mask, bits)
	for (i = 0; i < n; i++) {
		set[bits[i]] = 1
		most = bits[i] > most ? bits[i] : most
	}
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
/<object type="NUMANode"/ {
	node = attribute("os_index")
	inside = 1
	if (attribute("subtype") == "MemorySideCache")
		next
	n++
	print "cpus\t" node "\t" list_of(attribute("cpuset"))
	if (attribute("local_memory") > 0)
		printf "total\t%s\t%.0f\n", node, attribute("local_memory") / 1024
	inside = !/\/>/
}
inside && /<page_type / && attribute("count") > 0 && attribute("size") > 65536 {
	printf "pool\t%s/%.0f\t%s\n", node, attribute("size") / 1024, attribute("count")
}
/<\/object>/ { inside = 0 }
/<distances2 / { latency = /type="NUMANode"/ && /NUMALatency/ }
latency && /<indexes/ { gsub(/<[^>]*>/, ""); indexes = indexes " " $0 }
latency && /<u64values/ { gsub(/<[^>]*>/, ""); values = values " " $0 }
END {
	m = split(indexes, id, " ")
	split(values, value, " ")
	for (i = 1; i <= m; i++) {
		text = ""
		for (k = 1; k <= m; k++)
			text = text (k > 1 ? " " : "") value[(i - 1) * m + k]
		print "distance\t" id[i] "\t" text
	}
	if (n)
		print "nodes\t-\t" n
}
