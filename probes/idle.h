/* Idle: the states each CPU sleeps in, how long it takes to leave them, and who limits how deep it may sleep. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_IDLE_H
#define PROBES_IDLE_H

#include "probes/probe.h"

#define IDLE_NO_LIMIT 2000000000 /* what the kernel says where there is none, µs */

struct idle {
	struct value driver, governor; /* text: "none" without a driver */
	struct value governors; /* words: those that can be chosen */
	struct value boot; /* words: what the kernel was told of idle states when it was booted; absent: nothing */
	struct value intel_max_cstate, processor_max_cstate; /* u64: parameters of the drivers */
	struct value c1_demotion; /* bool */
	struct value limit; /* text: of all CPUs: "none", "10 µs", "0 µs, polling only" */
	struct value limit_us; /* u64: the same; absent when there is none */
	struct value wakeup_limit_us; /* u64: /dev/cpu_wakeup_latency of newer kernels; absent when there is none */
	struct value deepest; /* text: name of the state with the longest exit that any online CPU may enter */
	struct value exit_us; /* u64: its exit latency */
	struct value limited; /* u64: online CPUs that a limit or a disabled state keeps from their deepest state */
	struct value polling; /* u64: online CPUs that may only poll */
	struct value entries_per_s; /* f64: of all CPUs; history */
	struct value kept; /* u64: files that are kept open for the counters */
	struct value every; /* u64: each CPU's counters are read in every so many ticks; 1: in each */
	struct value pace; /* text: the same as a sentence */
	struct rows holder; /* struct idle_holder: who holds limits of all CPUs; none while there is none */
	struct rows cpu; /* struct idle_cpu, by rising id: offline ones too; absent where no CPU has states */
};

struct idle_holder {
	struct value pid; /* u64 */
	struct value comm; /* text */
	struct value latency, wakeup; /* bool: which of the two limits it holds */
};

/* The shares of a CPU are of wall time, 0 to 1: awake + asleep + those of its states are never more than 1. */
struct idle_cpu {
	struct value id;
	struct value awake; /* f64: share in which it did something else than sleep */
	struct value asleep; /* f64: share in which it slept and has not yet woken up to tell in which state */
	struct value deep; /* f64: share in states that take DEEP_US or longer to leave, not counting asleep; history */
	struct value mostly; /* text: name of the state in which it slept most; absent: it did not; not yet: asleep is
				more */
	struct value mostly_state; /* u64: its index */
	struct value entries_per_s; /* f64: of all states: how often it fell asleep */
	struct value interval_s; /* f64: the time that these are about */
	struct value resume_latency; /* text: its own limit decoded: "none", "10 µs", "0 µs, polling only" */
	struct value resume_latency_us; /* u64: the same; absent when there is none */
	struct value limit_us; /* u64: the lower one of the limits that hold for it; absent when there is none */
	struct value limited_by; /* text: what keeps it from its deepest state: one of IDLE_BY_* */
	struct value deepest; /* text: name of the deepest state that it may enter */
	struct value deepest_state; /* u64: its index */
	struct value exit_us; /* u64: its exit latency */
	struct value only_poll; /* bool: it has states to sleep in and may enter none of them */
	struct rows state; /* struct idle_state, by rising index; absent: it has none */
};

struct idle_state {
	struct value index;
	struct value name, desc; /* text */
	struct value latency_us, residency_us; /* u64: to leave it; that it must last to be worth it */
	struct value poll; /* bool: the CPU spins instead of sleeping */
	struct value disabled; /* bool: now */
	struct value default_disabled; /* bool: at boot */
	struct value allowed; /* bool: enabled and within the limits */
	struct value usage, time_us; /* u64: since boot */
	struct value above, below, rejected; /* u64: since boot */
	struct value entries_per_s; /* f64 */
	struct value share; /* f64: of wall time, 0 to 1 */
	struct value above_share, below_share; /* f64: of its entries since the last reading: too deep, too shallow */
	struct value rejected_share; /* f64: of the attempts to enter it since the last reading */
};

extern const struct probe probe_idle;

/* The row of that CPU, or NULL; hint is where the last one was found and may be NULL. i may be NULL. */
const struct idle_cpu *idle_cpu(const struct idle *i, uint64_t id, uint32_t *hint);
/* The row of that state, or NULL. c may be NULL. */
const struct idle_state *idle_state(const struct idle_cpu *c, uint64_t index);

/* The words of idle.cpu[].limited_by. */
#define IDLE_BY_GLOBAL "limit of all CPUs"
#define IDLE_BY_OWN "its own limit"
#define IDLE_BY_WAKEUP "wake-up limit"
#define IDLE_BY_DISABLED "disabled states"

#endif
