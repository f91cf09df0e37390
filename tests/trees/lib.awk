# What the readers of topologies share: CPU lists, masks, and one form for all judges.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A reader calls cpu() for each online CPU and topology() at the end, which prints FIELD KEY VALUE, tab between them.
# Labels of groups are the judge's own, so a group is named by its lowest CPU.

function cpu(id, package, core, node, l3) {
	if (id in known)
		return
	known[id] = 1
	order[++ncpus] = id + 0
	if (package != "") package_of[id] = package
	if (core != "") core_of[id] = core
	if (node != "") node_of[id] = node
	if (l3 != "") l3_of[id] = l3
}

function sort_ids(    i, k, x) {
	for (i = 2; i <= ncpus; i++) {
		x = order[i]
		for (k = i - 1; k > 0 && order[k] > x; k--)
			order[k + 1] = order[k]
		order[k + 1] = x
	}
}

# Ids in rising order as the kernel writes a list
function list_add(text, last, id) {
	return text == "" ? id : text (id == last + 1 ? "+" : ",") id
}
function list_text(text,    n, part, i, from, out) {
	n = split(text, part, ",")
	for (i = 1; i <= n; i++) {
		from = part[i]
		sub(/\+.*\+/, "-", from)
		sub(/\+/, "-", from)
		out = out (i > 1 ? "," : "") from
	}
	return out
}

function groups(field, of,    i, id, seen, n) {
	for (i = 1; i <= ncpus; i++) {
		id = order[i]
		if (!(id in of))
			continue
		if (!(of[id] in seen)) {
			seen[of[id]] = id
			n++
		}
		if (field)
			printf "%s\t%s\t%s\n", field, id, seen[of[id]]
	}
	return n
}

function siblings(    i, id, label, text, last, size, most) {
	for (i = 1; i <= ncpus; i++) {
		id = order[i]
		if (!(id in core_of))
			continue
		label = core_of[id]
		text[label] = list_add(text[label], last[label], id)
		last[label] = id
		if (++size[label] > most)
			most = size[label]
	}
	for (i = 1; i <= ncpus; i++)
		if (order[i] in core_of)
			printf "siblings\t%s\t%s\n", order[i], list_text(text[core_of[order[i]]])
	return most
}

function count(name, n) {
	if (n != "" && n > 0)
		printf "%s\t-\t%s\n", name, n
}

function topology(nodes,    i, n) {
	sort_ids()
	count("cpus_online", ncpus)
	count("packages", groups("package", package_of))
	count("cores", groups("", core_of))
	count("threads_per_core", siblings())
	count("nodes", nodes)
	groups("l3", l3_of)
	for (i = 1; i <= ncpus; i++)
		if (order[i] in node_of)
			printf "node\t%s\t%s\n", order[i], node_of[order[i]]
}

# "0-3,8" into set[0], set[1] …; returns how many
function list_set(text, set,    n, part, i, ends, id, size) {
	n = split(text, part, ",")
	for (i = 1; i <= n; i++) {
		if (split(part[i], ends, "-") < 2)
			ends[2] = ends[1]
		for (id = ends[1] + 0; id <= ends[2] + 0; id++) {
			set[id] = 1
			size++
		}
	}
	return size
}

# The only or last bit of a mask such as "0xf...f", "0x00000001,0x0" or "0x00000003"
function mask_bits(text, set,    n, part, i, k, digit, bit, size) {
	n = split(text, part, ",")
	for (i = n; i >= 1; i--) {
		sub(/^0x/, "", part[i])
		for (k = length(part[i]); k >= 1; k--) {
			digit = index("0123456789abcdef", tolower(substr(part[i], k, 1))) - 1
			for (bit = 0; bit < 4; bit++)
				if (int(digit / 2 ^ bit) % 2)
					set[size++] = (n - i) * 32 + (length(part[i]) - k) * 4 + bit
		}
	}
	return size + 0
}
