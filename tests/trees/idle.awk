# Reads the idle states of a capture from its raw files, as report_idle prints ours.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Input: PATH<tab>first line, a file each, PATH below cpu/: cpu3/cpuidle/state1/name, cpuidle/current_driver.
BEGIN { FS = "\t" }
function trim(text) {
	gsub(/^[ \t\r]+|[ \t\r]+$/, "", text)
	return text
}
function word(path) {
	return (path in line) && line[path] != "" ? line[path] : "-"
}
function number(path) {
	return word(path) ~ /^[0-9]+$/ ? word(path) : "-"
}
# disable holds bits of who disabled it: anything but 0
function disabled(path) {
	return number(path) == "-" ? "-" : number(path) != "0"
}
function by_default(path) {
	return word(path) == "disabled" ? 1 : word(path) == "enabled" ? 0 : "-"
}
# What /sys says of how fast a CPU must wake up: 0 is no limit, n/a is one that allows polling only.
function limit(cpu,    text) {
	text = word(cpu "/power/pm_qos_resume_latency_us")
	return text == "n/a" ? 0 : text ~ /^[0-9]+$/ && text > 0 ? text + 0 : "-"
}
# The state with the longest exit that is enabled and fast enough
function deepest(cpu, n,    i, s, best, most) {
	best = "-\t-"
	most = -1
	for (i = 0; i <= n; i++) {
		s = cpu "/cpuidle/state" i "/"
		if (!(s in state) || disabled(s "disable") == 1 || number(s "latency") == "-")
			continue
		if ((limit(cpu) != "-" && number(s "latency") + 0 > limit(cpu)) || number(s "latency") + 0 <= most)
			continue
		most = number(s "latency") + 0
		best = word(s "name") "\t" most
	}
	return best
}
{
	line[$1] = trim($2)
	if (match($1, /^cpu[0-9]+\/cpuidle\/state[0-9]+\//))
		state[substr($1, 1, RLENGTH)] = 1
}
END {
	governor = word("cpuidle/current_governor_ro")
	print "text\tdriver\t" word("cpuidle/current_driver")
	print "text\tgovernor\t" (governor == "-" ? word("cpuidle/current_governor") : governor)
	for (s in state) {
		split(s, part, "/")
		if (!(part[1] in last) || substr(part[3], 6) + 0 > last[part[1]])
			last[part[1]] = substr(part[3], 6) + 0
		print "state\t" substr(part[1], 4) "\t" substr(part[3], 6) "\t" word(s "name") "\t" number(s "latency") "\t" \
			number(s "residency") "\t" disabled(s "disable") "\t" by_default(s "default_status") "\t" number(s "usage") "\t" \
			number(s "time") "\t" number(s "above") "\t" number(s "below") "\t" number(s "rejected")
	}
	for (cpu in last)
		print "cpu\t" substr(cpu, 4) "\t" deepest(cpu, last[cpu]) "\t" limit(cpu)
}
