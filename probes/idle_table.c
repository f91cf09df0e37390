/* The fields of the idle probe: names, units, sources and meanings. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/idle_impl.h"

#define IDLE_FOLDER CPU_FOLDER "/cpuidle/"
#define OWN(name) SOURCES(CPU_FOLDER "/cpu{id}/cpuidle/state{index}/" name)
#define JOIN SOURCES("computed from idle.cpu")
#define JUDGED \
	SOURCES("computed from its states and limits", \
		"computed from its states: a limit could not be read, it may be lower")
#define SLEPT SOURCES("computed from the times of its states and /proc/stat")
#define HOLDERS SOURCES("the links of /proc/PID/fd to " IDLE_LATENCY_DEVICE " and " IDLE_WAKEUP_DEVICE)

#define TEXT(type, member, label, source_, meaning) \
	FIELD(type, member, label, TYPE_TEXT, UNIT_NONE, 0, source_, meaning)
#define US(type, member, label, source_, meaning) FIELD(type, member, label, TYPE_U64, UNIT_US, 0, source_, meaning)

const struct field idle_fields[NIDLE_FIELDS] = {
	TEXT(struct idle, driver, "Driver", SOURCES(IDLE_FOLDER "current_driver"),
		"Who knows the idle states; none: CPUs only halt."),
	TEXT(struct idle, governor, "Governor",
		SOURCES(IDLE_FOLDER "current_governor_ro", IDLE_FOLDER "current_governor"),
		"Who picks a state when a CPU has nothing to do."),
	FIELD(struct idle, governors, "Governors", TYPE_WORDS, UNIT_NONE, 0, SOURCES(IDLE_FOLDER "available_governors"),
		"The governors that this kernel has."),
	FIELD(struct idle, boot, "Boot options", TYPE_WORDS, UNIT_NONE, 0, SOURCES("/proc/cmdline"),
		"What the kernel was told about idle states when it was booted."),
	FIELD(struct idle, intel_max_cstate, "intel_idle maximum", TYPE_U64, UNIT_NONE, 0,
		SOURCES("/sys/module/intel_idle/parameters/max_cstate"),
		"The last state that intel_idle offers, as an index; 0: it is off and ACPI's states are used."),
	FIELD(struct idle, processor_max_cstate, "ACPI maximum", TYPE_U64, UNIT_NONE, 0,
		SOURCES("/sys/module/processor/parameters/max_cstate"), "The deepest state that ACPI's driver offers."),
	FIELD(struct idle, c1_demotion, "C1 demotion", TYPE_BOOL, UNIT_NONE, 0,
		SOURCES(IDLE_FOLDER "intel_c1_demotion"),
		"Whether the processor may make a shallow state of a deep one that was asked for."),
	TEXT(struct idle, limit, "Latency limit", SOURCES(IDLE_GLOBAL),
		"How long leaving an idle state may take on any CPU, as processes ask for it; reading it needs root."),
	US(struct idle, limit_us, "Latency limit", SOURCES(IDLE_GLOBAL),
		"The same as a number, where there is a limit."),
	US(struct idle, wakeup_limit_us, "Wake-up limit", SOURCES(IDLE_GLOBAL),
		"A second limit of all CPUs, for the sleep of the whole system; newer kernels only."),
	TEXT(struct idle, deepest, "Deepest state", JOIN, "The state with the longest exit that any CPU may enter."),
	US(struct idle, exit_us, "Longest exit", JOIN, "How long a CPU may take to leave the deepest state."),
	FIELD(struct idle, limited, "Limited CPUs", TYPE_U64, UNIT_COUNT, 0, JOIN,
		"CPUs that a limit or a disabled state keeps from their deepest state."),
	FIELD(struct idle, polling, "Polling CPUs", TYPE_U64, UNIT_COUNT, 0, JOIN,
		"CPUs that may only poll: they take power from their siblings and never sleep."),
	FIELD(struct idle, entries_per_s, "Sleeps", TYPE_F64, UNIT_PER_S, FIELD_MOVES | FIELD_HISTORY, JOIN,
		"How often the CPUs fell asleep, all of them, per second."),
	FIELD(struct idle, kept, "Open files", TYPE_U64, UNIT_COUNT, FIELD_MOVES, SOURCES("counted"),
		"Files of idle states that are kept open, since opening them costs more than reading."),
	FIELD(struct idle, every, "Ticks a reading", TYPE_U64, UNIT_COUNT, FIELD_MOVES,
		SOURCES("computed from the files that fit"),
		"The counters of a CPU are read in every so many ticks; 1 is each."),
	FIELD(struct idle, pace, "Pace", TYPE_TEXT, UNIT_NONE, FIELD_MOVES, SOURCES("computed from the files that fit"),
		"How often the counters are read, and why not more often."),
};

const struct field idle_holder_fields[NIDLE_HOLDER_FIELDS] = {
	FIELD(struct idle_holder, pid, "Process", TYPE_U64, UNIT_ID, FIELD_MOVES, HOLDERS,
		"A process that holds a latency limit of all CPUs."),
	TEXT(struct idle_holder, comm, "Name", SOURCES("/proc/{pid}/comm"), "What it is called."),
	FIELD(struct idle_holder, latency, "Holds latency limit", TYPE_BOOL, UNIT_NONE, 0,
		SOURCES("the links of /proc/{pid}/fd to " IDLE_LATENCY_DEVICE), "Whether it holds the latency limit."),
	FIELD(struct idle_holder, wakeup, "Holds wake-up limit", TYPE_BOOL, UNIT_NONE, 0,
		SOURCES("the links of /proc/{pid}/fd to " IDLE_WAKEUP_DEVICE), "Whether it holds the wake-up limit."),
};

#define SHARE(type, member, label, flags, source_, meaning) \
	FIELD(type, member, label, TYPE_F64, UNIT_NONE, FIELD_MOVES | (flags), source_, meaning)

const struct field idle_cpu_fields[NIDLE_CPU_FIELDS] = {
	FIELD(struct idle_cpu, id, "CPU", TYPE_U64, UNIT_ID, 0, SOURCES(CPU_FOLDER "/present"),
		"The kernel's number of this CPU."),
	SHARE(struct idle_cpu, awake, "Awake", 0, SLEPT,
		"Share of the time in which it did not sleep; 1 is all of it."),
	SHARE(struct idle_cpu, asleep, "Asleep", 0, SLEPT,
		"Share of the time in which it slept and has not yet woken up to tell in which state."),
	SHARE(struct idle_cpu, deep, "Deep", FIELD_HISTORY, SLEPT,
		"Share of the time in states that take 50 µs or longer to leave."),
	FIELD(struct idle_cpu, mostly, "Mostly in", TYPE_TEXT, UNIT_NONE, FIELD_MOVES, SLEPT,
		"The state in which it slept most; none where it did not sleep."),
	FIELD(struct idle_cpu, mostly_state, "Mostly in", TYPE_U64, UNIT_ID, FIELD_MOVES, SLEPT,
		"The number of that state."),
	FIELD(struct idle_cpu, entries_per_s, "Sleeps", TYPE_F64, UNIT_PER_S, FIELD_MOVES,
		SOURCES("computed from idle.cpu.state"), "How often it fell asleep, per second."),
	FIELD(struct idle_cpu, interval_s, "Interval", TYPE_F64, UNIT_S, FIELD_MOVES, SOURCES("counted"),
		"The time that its shares and rates are about."),
	TEXT(struct idle_cpu, resume_latency, "Own limit",
		SOURCES(CPU_FOLDER "/cpu{id}/power/pm_qos_resume_latency_us"),
		"Its own latency limit decoded: the kernel writes 0 for none and n/a for polling only."),
	US(struct idle_cpu, resume_latency_us, "Own limit",
		SOURCES(CPU_FOLDER "/cpu{id}/power/pm_qos_resume_latency_us"),
		"The same as a number, where there is a limit; 0 means polling only."),
	US(struct idle_cpu, limit_us, "Limit", JUDGED, "The lowest limit that holds for it, where there is one."),
	TEXT(struct idle_cpu, limited_by, "Limited by", JUDGED,
		"What keeps it from its deepest state, if anything does."),
	TEXT(struct idle_cpu, deepest, "Deepest state", JUDGED, "The deepest state that it may enter."),
	FIELD(struct idle_cpu, deepest_state, "Deepest state", TYPE_U64, UNIT_ID, 0, JUDGED,
		"The number of that state."),
	US(struct idle_cpu, exit_us, "Exit latency", JUDGED,
		"How long it may take to leave that state: what a packet waits for it at worst."),
	FIELD(struct idle_cpu, only_poll, "Only polls", TYPE_BOOL, UNIT_NONE, 0, JUDGED,
		"Whether it has states to sleep in and may enter none of them."),
};

#define RATE(member, label, source_, meaning) SHARE(struct idle_state, member, label, 0, source_, meaning)
#define COUNTER(member, label, unit, file, meaning) \
	FIELD(struct idle_state, member, label, TYPE_U64, unit, FIELD_MOVES, OWN(file), meaning)

const struct field idle_state_fields[NIDLE_STATE_FIELDS] = {
	FIELD(struct idle_state, index, "State", TYPE_U64, UNIT_ID, 0,
		SOURCES("the folders of " CPU_FOLDER "/cpu{id}/cpuidle"), "The kernel's number of this state."),
	TEXT(struct idle_state, name, "Name", OWN("name"),
		"What its driver calls it: names of other machines mean others."),
	TEXT(struct idle_state, desc, "Description", OWN("desc"), "How it is entered."),
	US(struct idle_state, latency_us, "Exit latency", OWN("latency"), "How long it takes to leave it."),
	US(struct idle_state, residency_us, "Target residency", OWN("residency"),
		"How long a sleep must last to be worth it."),
	FIELD(struct idle_state, poll, "Polls", TYPE_BOOL, UNIT_NONE, 0, OWN("latency"),
		"Whether the CPU spins in it instead of sleeping."),
	FIELD(struct idle_state, disabled, "Disabled", TYPE_BOOL, UNIT_NONE, 0, OWN("disable"),
		"Whether it may not be entered now."),
	FIELD(struct idle_state, default_disabled, "Disabled at boot", TYPE_BOOL, UNIT_NONE, 0, OWN("default_status"),
		"Whether it was disabled when the machine was booted."),
	FIELD(struct idle_state, allowed, "Allowed", TYPE_BOOL, UNIT_NONE, 0, JUDGED,
		"Whether this CPU may enter it: it is enabled and within the limits, or it is where ladder begins."),
	COUNTER(usage, "Entries", UNIT_COUNT, "usage", "How often a sleep in it has ended since boot."),
	COUNTER(time_us, "Time", UNIT_US, "time", "How long this CPU was in it since boot, sleeps that have ended."),
	COUNTER(above, "Too deep", UNIT_COUNT, "above", "How often the sleep was too short for it."),
	COUNTER(below, "Too shallow", UNIT_COUNT, "below", "How often a deeper state would have fitted."),
	COUNTER(rejected, "Rejected", UNIT_COUNT, "rejected", "How often an interrupt came while it was entered."),
	FIELD(struct idle_state, entries_per_s, "Entries", TYPE_F64, UNIT_PER_S, FIELD_MOVES, OWN("usage"),
		"How often a sleep in it ended, per second."),
	RATE(share, "Share", SLEPT, "Share of the time that this CPU spent in it; 1 is all of it."),
	RATE(above_share, "Too deep", OWN("above"), "Share of its entries for which the sleep was too short."),
	RATE(below_share, "Too shallow", OWN("below"),
		"Share of its entries for which a deeper state would have fitted."),
	RATE(rejected_share, "Rejected", OWN("rejected"),
		"Share of the attempts to enter it that an interrupt ended at once."),
};
