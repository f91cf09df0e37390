#!/usr/bin/env bash
# Prints the ASL of an ACPI table that gives the processors of the lab's guest P-states and C-states.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# ssdt.sh CPUS SHARE - SHARE neighbours are one clock domain, which is one cpufreq policy.
# A domain's P-state register is a page register of the PC's two DMA controllers: an I/O port that gives back what was
# written to it, that nothing else uses, and that QEMU's monitor can read. There are eight of them.
set -euo pipefail
cpus=$1 share=$2
ports=(81 82 83 87 89 8A 8B 8F)
mhz=(2600 2200 1800 1400 1000 800)
# A C-state of type 1 without a register of its own is HLT: the counters are real, and a sleeping CPU costs nothing.
cstates=('1, 1, 1000' '1, 60, 500' '1, 250, 333')

domains=$(((cpus + share - 1) / share))
if ((domains > ${#ports[@]})); then
	echo "ssdt.sh: $domains clock domains, but only ${#ports[@]} registers: let more CPUs share one" >&2
	exit 1
fi

# rows NAME COUNT < one package a line
rows() {
	echo "  Name ($1, Package ($2) {"
	sed '$!s/$/,/; s/^/    /'
	echo '  })'
}

echo 'DefinitionBlock ("", "SSDT", 2, "HVSLAB", "LABPM", 1)'
echo '{'
for ((c = 0; c < cpus; c++)); do
	printf '  External (\\_SB.CPUS.C%03X, ProcessorObj)\n' "$c"
done
# MHz, mW, latency and bus latency in microseconds, the number to write, the number that is read back
for i in "${!mhz[@]}"; do
	echo "Package () { ${mhz[i]}, $((10 * mhz[i])), 10, 10, $((i + 1)), $((i + 1)) }"
done | rows '\LPSS' ${#mhz[@]}
{
	echo ${#cstates[@]}
	for state in "${cstates[@]}"; do
		echo "Package () { ResourceTemplate () { Register (FFixedHW, 0, 0, 0, 0) }, $state }"
	done
} | rows '\LCST' $((${#cstates[@]} + 1))
for ((c = 0; c < cpus; c++)); do
	domain=$((c / share))
	members=$((cpus - domain * share < share ? cpus - domain * share : share))
	register="ResourceTemplate () { Register (SystemIO, 8, 0, 0x${ports[domain]}) }"
	printf '  Scope (\\_SB.CPUS.C%03X)\n  {\n' "$c"
	echo "    Name (_PCT, Package () { $register, $register })"
	echo '    Method (_PSS) { Return (\LPSS) }'
	echo '    Name (_PPC, 0)'
	# 0xFD: any CPU of the domain may ask, the last one wins
	echo "    Name (_PSD, Package () { Package () { 5, 0, $domain, 0xFD, $members } })"
	echo '    Method (_CST) { Return (\LCST) }'
	echo '  }'
done
echo '}'
