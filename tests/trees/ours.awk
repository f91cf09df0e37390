# The topology that a report tells, from the lines of report_facts, in the form of the judges.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Package and L3 are named by the lowest CPU of their group, as theirs are; package_id is the number itself.
BEGIN { FS = OFS = "\t" }
$1 == "count" { print $2, "-", $3 }
$1 == "cpu" && $3 == 1 {
	if (!($4 in package))
		package[$4] = $2
	if (!($8 in l3))
		l3[$8] = $2
	print "package", $2, $4 == "-" ? "-" : package[$4]
	print "package_id", $2, $4
	print "siblings", $2, $9
	print "node", $2, $7
	print "l3", $2, $8 == "-" ? "-" : l3[$8]
}
