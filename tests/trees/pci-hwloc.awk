# The PCI devices that hwloc tells in XML: what each is, and how fast its link runs.
# SPDX-License-Identifier: GPL-2.0-or-later
BEGIN { OFS = "\t" }
function attribute(name) {
	return match($0, " " name "=\"[^\"]*\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : ""
}
/<object type="(PCIDev|Bridge)"/ && attribute("pci_type") != "" {
	address = attribute("pci_busid")
	# "0200 [8086:1572] [8086:0001] 02"; what it does not know is 0, or ff of a revision
	split(attribute("pci_type"), part, " ")
	gsub(/[][]/, "", part[2])
	gsub(/[][]/, "", part[3])
	print address, "class_code", part[1]
	if (part[2] != "0000:0000")
		print address, "ids", part[2]
	if (part[3] != "0000:0000")
		print address, "subsystem_ids", part[3]
	if (part[4] != "00" && part[4] != "ff")
		print address, "revision", part[4]
	if (attribute("pci_link_speed") + 0 > 0)
		print address, "link", sprintf("%.2f", attribute("pci_link_speed"))
}
