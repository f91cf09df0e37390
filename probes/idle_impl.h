/* What the files of the idle probe share: the counters that are kept open, the frozen correction, and the limits. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_IDLE_IMPL_H
#define PROBES_IDLE_IMPL_H

#include "probes/get.h"
#include "probes/idle.h"
#include "probes/load.h"
#include "probes/topology.h"

#define CPU_FOLDER "/sys/devices/system/cpu"
#define IDLE_GLOBAL "@qos/global"
#define IDLE_LATENCY_DEVICE "/dev/cpu_dma_latency"
#define IDLE_WAKEUP_DEVICE "/dev/cpu_wakeup_latency"

/* What is remembered of one state of one CPU, beside its row. */
struct idle_counter {
	struct kept usage, time;
	uint64_t usage_then, above_then, below_then, rejected_then; /* when above, below and rejected were read last */
	uint64_t entered; /* by which usage grew */
	uint32_t name, desc; /* numbers of texts */
	bool slow_then; /* they were read before */
	uint8_t slow_turn;
};

/* One CPU: its rows lie here and are copied into each block, so that what did not change is not read again. */
struct idle_cpu_state {
	struct idle_cpu row; /* the text of row.resume_latency is made for each block: all CPUs may have another one */
	struct idle_state *state;
	struct idle_counter *counter;
	double *slept_us; /* of each state: by which its time grew */
	uint32_t n; /* states */
	uint32_t name, mostly; /* numbers of the texts of row.deepest and .mostly */
	bool online;
	bool fresh; /* nothing of it was read yet */
	bool rest; /* what its states are called and for how long they pay is not read yet */
	bool broken; /* something could not be read that may be readable the next time */
	bool judge; /* its limit or what is disabled may have changed */
	uint64_t read_ns, slow_due_ns; /* when its counters were read; when its slow files are due */
	double idle_us, carry_us; /* by /proc/stat since read_ns; see idle_correct() */
	int idle_err; /* why idle_us is not known; 0: it is */
};

/* Which files fit into what may be kept open. */
enum idle_fit { FIT_ALL, FIT_USAGE, FIT_NONE };

/* The texts of rows: a machine has a few, and thousands of rows that say them. */
struct idle_texts {
	char **text;
	uint32_t n, room;
};

/* A process, and which of the two devices it has open. */
struct idle_held {
	uint32_t pid;
	bool latency, wakeup;
};

struct idle_holders {
	uint32_t *pid; /* of the scan that goes on */
	size_t n, next;
	uint32_t *fd; /* open files of pid[next], once it is begun with */
	size_t nfd, next_fd;
	bool begun;
	struct idle_held held; /* what is known of pid[next] by now */
	struct idle_held *found; /* of the last whole scan */
	size_t nfound;
	struct idle_held *now; /* found by the scan that goes on */
	size_t nnow;
	int err, err_now; /* why one could be missing, 0: none can */
	bool any, scanning;
	uint64_t ended_ns;
};

struct idle_state_all {
	bool seen; /* a tick was there */
	uint64_t topology_id, load_id, load_ns, listed_ns, aged_ns, host_ns, limit_ns;
	struct idle_cpu_state *cpu;
	size_t ncpus;
	enum idle_fit fit;
	uint64_t turn, every; /* which share of the CPUs is due, where not all fit */
	bool ladder; /* this governor climbs from state to state */
	struct idle_texts texts;
	struct idle_holders holders;
	struct value limit, wakeup; /* of all CPUs: u64 µs, also where there is none */
};

/* What one tick needs to know of everything above it. */
struct idle_tick {
	const struct tick *t;
	struct idle_state_all *st;
	const struct topology *topology;
	const struct load *load;
	bool still; /* a machine that stands still: its counters say nothing */
	int load_err; /* why nothing is known of the load; 0: it is */
	const char **text; /* copies of the texts in this block's arena */
};

/* idle_list.c: which CPUs and states there are, and what is read of them once. */
void idle_list(struct idle_tick *it); /* CPUs that neither came nor went keep what is known of them */
void idle_read_once(struct idle_tick *it, struct idle_cpu_state *c); /* its states, and what is needed to judge them */
void idle_read_rest(struct idle_tick *it, struct idle_cpu_state *c);
void idle_forget(struct host *h, struct idle_state_all *st);
/* Which of its files are to be kept open; of an offline CPU none is: it is read once. What is open stays open. */
void idle_choose_kept(const struct idle_cpu_state *c, struct idle_counter *k, enum idle_fit fit);
/* The text becomes the probe's own, by its number: what goes into a block is a copy. Its last number is tried first. */
struct value idle_keep_text(struct idle_tick *it, struct value v, uint32_t *number);

/* idle_read.c: what moves. */
void idle_read_counters(struct idle_tick *it, struct idle_cpu_state *c);
void idle_read_disabled(struct idle_tick *it, struct idle_cpu_state *c, uint32_t state);
void idle_read_own_limit(struct idle_tick *it, struct idle_cpu_state *c);
void idle_read_slow(struct idle_tick *it, struct idle_cpu_state *c, bool seen); /* seen: it is on the screen */
void idle_rates_unknown(struct idle_cpu_state *c, int err);

/*
 * idle_share.c: the counters of a state grow when a sleep in it ends. A CPU that sleeps through an interval shows
 * nothing, and later more than there was time: what /proc/stat counted as idle tells both.
 */
struct idle_interval {
	double wall_us;
	double idle_us; /* idle and waiting for I/O, by /proc/stat; negative: not known */
	double carry_us; /* in and out: idle time that was shown as asleep and is not yet counted by any state */
	bool moved; /* a sleep ended */
	double awake_us, asleep_us; /* out; negative: not known */
};
void idle_correct(struct idle_interval *i, double *slept_us, size_t n);

/* idle_limit.c: how deep a CPU may sleep. */
/* "0": no limit. "n/a": zero tolerance. A number: microseconds. What is meant, IDLE_NO_LIMIT for none. */
int idle_resume_latency(const char *text, uint64_t *ret_us);
const char *idle_limit_text(struct arena *a, uint64_t us);
void idle_read_limits(struct idle_tick *it);
void idle_judge(struct idle_tick *it, struct idle_cpu_state *c);
void idle_limits(const struct idle_tick *it, struct idle *ret);

/* idle_fill.c */
void idle_fill(struct idle_tick *it, struct idle *ret);

/* idle_holders.c */
void idle_holders(struct idle_tick *it, struct idle *ret);
void idle_holders_free(struct idle_holders *h);

enum { IDLE_HOST_FIELDS = 7 }; /* the first of its fields, which hardly ever change */
enum { NIDLE_FIELDS = 18, NIDLE_HOLDER_FIELDS = 4, NIDLE_CPU_FIELDS = 16, NIDLE_STATE_FIELDS = 19 };
extern const struct field idle_fields[NIDLE_FIELDS], idle_holder_fields[NIDLE_HOLDER_FIELDS],
	idle_cpu_fields[NIDLE_CPU_FIELDS], idle_state_fields[NIDLE_STATE_FIELDS];

#endif
