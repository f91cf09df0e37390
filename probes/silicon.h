/* Silicon: the one place that joins load, topology and frequency, and says what each MHz value is worth. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_SILICON_H
#define PROBES_SILICON_H

#include "probes/probe.h"

/* What a MHz value is (CHECKS 2.1). The words of facts.silicon.cpu[].freshness stand beside. */
enum freshness {
	FRESH_UNKNOWN, /* "unknown": nothing to judge by yet */
	FRESH_MEASURED, /* "measured": the clock that this CPU ran at */
	FRESH_LAST_REQUESTED, /* "last requested": asked for, not measured */
	FRESH_IDLE, /* "idle": asleep; the number is a limit or an old request */
	FRESH_NOT_READ, /* "not read": would interrupt it, or the kernel has no sample */
	FRESH_OFFLINE, /* "offline" */
};

struct silicon {
	struct value online; /* u64: CPUs */
	struct value busy; /* u64: CPUs at least BUSY_PERCENT busy */
	struct value settling; /* u64: busy CPUs that woke up or fell asleep in this interval: judged in the next */
	struct value judged; /* u64: busy CPUs with a measured clock and a known base */
	struct value slow; /* u64: of those, below SLOW_SHARE of their base */
	struct value far; /* u64: of those, below FAR_SHARE */
	struct value ratio; /* f64: median share of base of the judged CPUs; history */
	struct value low_khz, high_khz,
		base_khz; /* clock of the slowest judged CPU, of the fastest slow one, base of the slowest */
	struct value slow_cpus; /* set */
	struct value cause; /* text: what holds the slow CPUs down, as a clause; absent when nothing was found */
	struct value cause_word; /* text: governor, limit, firmware-limit, throttle, epp */
	struct rows cpu; /* struct silicon_cpu, by rising id */
};

struct silicon_cpu {
	struct value id, online;
	struct value package, core, l3, node; /* i64 */
	struct value siblings; /* set */
	struct value kind; /* text */
	struct value isolated, nohz_full; /* bool */
	struct value busy; /* percent */
	struct value policy; /* u64 */
	struct value driver, governor, epp; /* text */
	struct value khz; /* the value, whatever freshness it has */
	struct value freshness; /* text, see enum */
	struct value fresh; /* u64: enum freshness */
	struct value base_khz, min_khz, max_khz;
	struct value settling; /* bool: slow, but not yet twice in a row */
	struct value ratio; /* f64: khz / base_khz where it is measured */
	struct value idle_state; /* text: the deepest state that it may enter */
	struct value exit_us; /* u64: how long it may take to leave that */
	struct value latency_limit_us; /* u64: the lowest limit that holds for it; absent when there is none */
	struct value only_poll; /* bool: it may not sleep at all */
	struct value
		slept_in; /* text: the state in which it slept most; not yet: it sleeps, and the state is not known */
	struct value held_kind; /* text: governor, epp, limit, firmware-limit, throttle */
	struct value held_by; /* text: what holds it down; absent when nothing does */
};

extern const struct probe probe_silicon;

const char *freshness_word(enum freshness f);
const struct silicon_cpu *silicon_cpu(const struct silicon *s, uint64_t id);

#endif
