# The topology that libvirt's capabilities tell.
# SPDX-License-Identifier: GPL-2.0-or-later
function attribute(name,    text) {
	if (!match($0, " " name "='[^']*'"))
		return ""
	text = substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
	return text
}
/<cell id=/ {
	node = attribute("id")
	nnodes++
}
/<cpu id=/ {
	id = attribute("id")
	# a CPU without siblings is an offline one
	if (attribute("siblings") == "")
		next
	cpu(id, attribute("socket_id"), attribute("siblings"), nodes ? node : "", "")
	printf "package_id\t%s\t%s\n", id, attribute("socket_id")
}
END { topology(nodes ? nnodes : "") }
