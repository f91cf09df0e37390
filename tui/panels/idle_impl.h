/* The inside of the Idle panel: the states of all CPUs as rows, the CPUs as a list, and what both mean in words. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_PANELS_IDLE_IMPL_H
#define TUI_PANELS_IDLE_IMPL_H

#include "probes/idle.h"
#include "probes/silicon.h"
#include "tui/panels/rows.h"
#include "widgets/stack.h"

enum { SLEEPS = 24 };

/* One state, as all CPUs have it that have one of this name and exit latency. */
struct sleep {
	const char *name;
	struct value latency_us, residency_us;
	bool poll;
	size_t cpus, disabled, allowed; /* that have it, where it is disabled, that may enter it */
	size_t known; /* CPUs whose share is known */
	double share; /* of the time of those, 0 to 1 */
	double entries_per_s; /* of all */
	double above, below, rejected; /* shares of its entries, NAN: not known */
};

/* By rising exit latency; what is too much for the table is left out. */
struct sleeps {
	struct sleep row[SLEEPS];
	size_t n;
	size_t cpus, known; /* that have states; whose shares are known */
	double awake, asleep, deep; /* mean shares of those */
};
void sleeps_of(const struct idle *i, struct sleeps *ret);
/* The place of a CPU's state among them, or SIZE_MAX. */
size_t sleeps_find(const struct sleeps *s, const struct idle_state *state);
uint32_t sleep_sign(size_t i); /* 0 to 9, then a to z: what stands for it in bars and cells */
enum role sleep_role(const struct sleep *s);
/* How a CPU's time is shared out, for stack(); returns how many parts, 0: not known. */
enum { SLEEP_PARTS = SLEEPS + 2 };
size_t sleep_parts(const struct sleeps *s, const struct idle_cpu *c, struct stack_part ret[SLEEP_PARTS]);
/* "▇ awake  0 POLL  1 C1 …", as a line */
const char *sleep_legend(struct arena *a, const struct canvas *c, const struct sleeps *s);

enum idle_column {
	IDLE_CPU,
	IDLE_NODE,
	IDLE_AWAKE,
	IDLE_SHARES,
	IDLE_DEEPEST,
	IDLE_EXIT,
	IDLE_ENTRIES,
	IDLE_WAKING,
	IDLE_DEEP,
	IDLE_LIMIT,
	IDLE_COLUMNS
};

struct idle_row {
	const struct idle_cpu *idle;
	const struct silicon_cpu *cpu; /* NULL: nothing else is known of it */
	/* Of the last seconds where those are remembered; NAN: not known. */
	double awake, deep, entries;
	double waking; /* what waking up costs at most, in ms of each second: entries times exit latency */
	int class; /* worst first */
	const struct idle_calm *calm; /* NULL: nothing is remembered of it */
};

/* What is remembered of a CPU, so that rows do not change places, nor bars from end to end, with each long nap. */
struct idle_calm {
	float entries, waking;
	float worst; /* follows waking up quickly and down slowly */
	int step; /* its class, which is left when that has gone far enough; 0: nothing is remembered yet */
	float share[SLEEP_PARTS]; /* of the last seconds */
};
enum { IDLE_CALM = 4096 }; /* CPUs of higher numbers are shown as they are */
struct idle_memory {
	size_t nstates; /* that shares were remembered for */
	struct idle_calm cpu[IDLE_CALM];
};
void idle_remember(const struct idle *i, struct idle_memory *m);

struct idle_cpus {
	const struct idle *idle;
	struct sleeps sleeps;
	struct idle_row *row;
	size_t n;
};
struct idle_cpus idle_cpus(struct arena *a, const struct view *v, const struct idle_memory *m, struct rows_order order);
ptrdiff_t idle_cpus_find(const struct idle_cpus *l, int64_t cpu);
size_t idle_address(const struct idle_row *row, size_t column, char *buf, size_t size);

struct idle_drawn {
	const struct view *v;
	const struct idle_cpus *list;
	struct stack_part part[SLEEP_PARTS]; /* of the row that is being drawn */
};
/* For struct table; data: the address of a pointer to a struct idle_drawn, whose buffer is used. */
void idle_cell(const void *data, size_t row, size_t column, struct cell_text *ret);

/* "133 µs", "4 ms": exit latencies are whole microseconds; "-" where it is not known. */
const char *idle_us(struct value us, char buf[16]);
/* What a cell shows of what waking up costs: tenths of a millisecond where one cell shows them, else as counts. */
double waking_calm(double ms);

struct idle_said {
	const char *text;
	enum role role;
};
/* What the panel means right now, in one sentence. */
struct idle_said idle_sentence(struct arena *a, const struct snapshot *s, const struct sleeps *sleeps);
/* "no latency limit set", "limit 10 µs held by tuned (pid 812)" */
const char *idle_limit_words(struct arena *a, const struct idle *i);
const char *idle_summary(struct arena *a, const struct idle_cpus *l, bool chosen);

#endif
