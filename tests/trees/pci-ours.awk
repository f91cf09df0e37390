# The PCI devices that a report tells in JSON, in the form of the judges: ADDRESS FIELD VALUE, tab between them.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A null is "-"; the speed of a link is that of its lanes and their coding together, in GB/s.
BEGIN { OFS = "\t" }
function value(    text) {
	text = $0
	sub(/^[^:]*: /, "", text)
	sub(/,$/, "", text)
	gsub(/^"|"$/, "", text)
	return text == "null" ? "-" : text
}
/^ *"address": / { address = value(); width = speed = "-"; next }
!/^ *"[a-z_]*": / || address == "" { next }
{ name = $1; gsub(/[":]/, "", name) }
name == "ids" || name == "subsystem_ids" || name == "revision" || name == "driver" || name == "node" || \
	name == "vendor" || name == "device" || name == "class" { print address, name, value() }
name == "class_code" { print address, name, value() == "-" ? "-" : substr(value(), 1, 4) }
name == "speed_gt_s" { speed = value() }
name == "width" { width = value() }
name == "used_by" {
	print address, "link", speed == "-" || width == "-" ? "-" : \
		sprintf("%.2f", speed * width / 8 * (speed > 6 ? 128 / 130 : 0.8))
	address = ""
}
