# The topology that hwloc tells in XML. nodes=0: the tree has no nodes, and hwloc invents one.
# SPDX-License-Identifier: GPL-2.0-or-later
function attribute(name,    text) {
	if (!match($0, " " name "=\"[^\"]*\""))
		return ""
	text = substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
	return text
}
/<object / {
	type = attribute("type")
	# memory that caches other memory belongs to no CPU
	if (attribute("subtype") == "MemorySideCache")
		type = "MemCache"
	if (type == "NUMANode")
		nnodes++
	if (type == "PU") {
		node = ""
		# memory of other kinds is near as well; the first one is the one with CPUs
		if (nodes && mask_bits(attribute("nodeset"), bits) > 0)
			node = bits[0]
		id = attribute("os_index")
		cpu(id, inside["Package"], inside["Core"], node, inside["L3Cache"])
		if (inside["Package"] != "" && package_id >= 0)
			printf "package_id\t%s\t%s\n", id, package_id
	}
	if (!/\/>/) {
		stack[++depth] = type
		inside[type] = ++serial
		if (type == "Package")
			package_id = attribute("os_index") == "" ? -1 : attribute("os_index")
	}
}
/<\/object>/ { inside[stack[depth--]] = "" }
END { topology(nodes ? nnodes : "") }
