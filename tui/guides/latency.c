/* The guide from a slow guest to its cause: the clock first, firmware last, and what is too small to matter at the end.
 */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/util.h"
#include "tui/guide.h"

static const struct guide_step steps[] = {
	{GUIDE_FRAME, "What is slow", "What is slow, by how much, and compared with what?",
		"State how long a request takes where it is good and how long it takes here: suspects that could "
		"explain "
		"less than a tenth of the difference come last.",
		"K06 B04", "overview", NULL, NULL, NULL},
	{GUIDE_SUSPECT, "Clock", "Do busy CPUs run at least at their base clock?",
		"At half the clock each millisecond of work takes two: that is what explains tens of milliseconds.",
		"F02 F01 F14 F06 F07 F04 F05 F03 F09 F10 F16 F08 F17 F11", "frequency",
		"The clocks of busy CPUs, then the time to the first byte.", "F14 11", "F01"},
	{GUIDE_SUSPECT, "Throttling and power", "Can the clock stay there under load?",
		"Heat and power limits pull clocks down for as long as they last: tens of milliseconds, at busy hours.",
		"F12 F13 F15 N12", "frequency", "Throttle counters over a minute of load.", NULL, NULL},
	{GUIDE_SUSPECT, "Waiting for a CPU", "Do threads of the guest wait for a CPU?",
		"A lost turn costs 1 to 10 ms, a quota up to 95 ms, and no CPU percentage shows it.",
		"V15 S01 P01 S02 S03 S04", "guests",
		"Waiting per second and per turn, then the slowest requests (p99).", NULL, NULL},
	{GUIDE_SUSPECT, "KVM", "Is the guest accelerated, and are its exits and clocks sane?",
		"Without KVM all is ten times slower; a slow clock source costs 1 to 3 µs each time it is read.",
		"K01 K07 K03 K04 K05 K02 K08", "guests", "Exits per second, and what reading the clock costs.", NULL,
		NULL},
	{GUIDE_SUSPECT, "Emulated devices", "Is there an emulated disk or card on its path?",
		"Each operation of IDE or e1000 leaves the guest several times: 5 to 15 % of a request (estimate).",
		"V03 V04 V05 V14 V08", "guests", "Disk latency, exits per second, then the time to the first byte.",
		NULL, NULL},
	{GUIDE_SUSPECT, "Idle states", "Do CPUs on its path have to be woken from deep sleep?",
		"0.1 to 0.4 ms for each wake-up on the path. Latency that falls when load rises points here.",
		"C02 C01 C06 C10 C03 C05 C07 C08 C09 C04", "idle",
		"Round trips at 10 and at 1000 a second: they should agree.", NULL, NULL},
	{GUIDE_SUSPECT, "Network", "Do cards or links add a fixed delay?",
		"Interrupt moderation up to 0.2 ms a packet, drops 200 ms and more, the rest microseconds.",
		"N03 N04 N07 N01 P09 N06 N08 N05 N02 N09", "devices", "Round trips, median and p99.", NULL, NULL},
	{GUIDE_SUSPECT, "Placement", "Do its threads and its memory lie well?",
		"Remote memory costs 0.1 µs an access; threads on one CPU cost milliseconds.",
		"P06b P03 P02 P05 P07 P04 P08 P10 P11 P12 P13 P06a P06c V02 V11 V16", "guests",
		"Waiting, and the share of memory that is near.", NULL, NULL},
	{GUIDE_SUSPECT, "Memory", "Does the host stall for memory?",
		"Swap and reclaim cost 0.1 to 100 ms each; merging and huge page policy cost microseconds.",
		"M06 M07 M02 V12 M04 M05 V13 M03 M08 M01", "memory",
		"Stalls per second, then the slowest requests (p99).", NULL, NULL},
	{GUIDE_SUSPECT, "Storage", "Do its disks wait longer than those of the host?",
		"A read from a disk costs 0.1 to 25 ms; what the guest sees above that is added on the way.",
		"N10 N11 V06 V07", "devices", "Latency of the guest's disks beside that of the host's.", NULL, NULL},
	{GUIDE_SUSPECT, "Firmware, daemons and security", "Does firmware, a daemon or a mitigation take the time?",
		"Firmware that governs the clock costs as much as a slow governor; mitigations cost microseconds an "
		"exit.",
		"B02 D01 B01 K09 X01 X02 X05 X06 V17 X03 X04 B03 V01 V09 V10", "overview",
		"What was found above, and after a minute whether somebody has put it back.", NULL, NULL},
	{GUIDE_CONTROL, "The same on the host itself", "Is the same request as slow without a guest?",
		"Run it on this host, or on an empty one like it. As slow: the hypervisor is innocent, look at "
		"hardware, network "
		"and application. Faster: go back to KVM and the devices.",
		"", NULL, NULL, NULL, NULL},
	{GUIDE_CLOSE, "The case", "What was the cause, what was changed, and what is lost at reboot?",
		"e writes the case: what was looked at, ruled out and changed.", "", "overview", NULL, NULL, NULL},
};

const struct guide guide_latency = {
	.name = "latency",
	.title = "From a slow guest to its cause",
	.step = steps,
	.nsteps = COUNT(steps),
};
