# What pci.ids calls the devices whose numbers come first: pci-names.awk IDS pci.ids, IDS in the form of the judges.
# SPDX-License-Identifier: GPL-2.0-or-later
BEGIN { FS = OFS = "\t" }
FILENAME == ARGV[1] {
	if ($2 == "ids" && $3 != "-")
		ids[$1] = $3
	if ($2 == "class_code" && $3 != "-")
		class[$1] = $3
	next
}
/^#/ || /^$/ { next }
/^C / { in_class = substr($0, 3, 2); name_of_class[in_class] = substr($0, 7); vendor = ""; next }
/^[0-9a-f]/ { vendor = substr($0, 1, 4); in_class = ""; vendors[vendor] = substr($0, 7); next }
/^\t[0-9a-f]/ && vendor != "" { devices[vendor ":" substr($0, 2, 4)] = substr($0, 8) }
/^\t[0-9a-f]/ && in_class != "" { name_of_class[in_class substr($0, 2, 2)] = substr($0, 6) }
END {
	for (a in ids) {
		print a, "vendor", substr(ids[a], 1, 4) in vendors ? vendors[substr(ids[a], 1, 4)] : "-"
		print a, "device", ids[a] in devices ? devices[ids[a]] : "-"
	}
	for (a in class)
		if (class[a] in name_of_class)
			print a, "class", name_of_class[class[a]]
}
