/* Daemons: found by the names of processes, since that needs no privilege and no bus. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/daemons_impl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/get.h"
#include "probes/host/host.h"
#include "probes/parse.h"

/* The kernel cuts a process's name after 15 characters. */
static const struct {
	const char *name, *comm, *owns;
} table[] = {
	{"tuned", "tuned", "governor epp limits boost latency thp sysctl"},
	{"tlp", "tlp", "governor epp limits boost"},
	{"tlp-pd", "tlp-pd", "governor epp limits boost"},
	{"power-profiles-daemon", "power-profiles-", "governor epp"},
	{"tuned-ppd", "tuned-ppd", "governor epp limits boost latency thp sysctl"},
	{"auto-cpufreq", "auto-cpufreq", "governor epp limits boost"},
	{"cpufreqd", "cpufreqd", "governor limits"},
	{"system76-power", "system76-power", "governor epp"},
	{"thermald", "thermald", "limits power"},
	{"irqbalance", "irqbalance", "irq"},
	{"numad", "numad", "numa"},
	{"ksmtuned", "ksmtuned", "ksm"},
	{"ksmtune", "ksmtune", "ksm"},
};

static const struct field row_fields[] = {
	FIELD(struct daemon, name, "Daemon", TYPE_TEXT, UNIT_NONE, 0, SOURCES("/proc/PID/comm"), "What it is called."),
	FIELD(struct daemon, running, "Running", TYPE_BOOL, UNIT_NONE, 0, SOURCES("/proc/PID/comm"),
		"Whether a process has its name."),
	FIELD(struct daemon, pid, "Process", TYPE_U64, UNIT_ID, FIELD_MOVES, SOURCES("/proc/PID/comm"),
		"The lowest such process."),
	FIELD(struct daemon, owns, "Owns", TYPE_WORDS, UNIT_NONE, 0, SOURCES("known of this daemon"),
		"Which knobs it sets: it may put back what is changed there."),
};

#define IRQBALANCE(member, label, type, unit, meaning) \
	FIELD(struct daemons, irqbalance_##member, label, type, unit, 0, \
		SOURCES("/etc/default/irqbalance", "/etc/sysconfig/irqbalance", "/proc/PID/cmdline"), meaning)
#define TEXT(member, label, source_, meaning) \
	FIELD(struct daemons, member, label, TYPE_TEXT, UNIT_NONE, 0, source_, meaning)
#define PROFILE \
	SOURCES("/etc/tuned/{tuned_profile}/tuned.conf", "/etc/tuned/profiles/{tuned_profile}/tuned.conf", \
		"/usr/lib/tuned/{tuned_profile}/tuned.conf", "/usr/lib/tuned/profiles/{tuned_profile}/tuned.conf")

static const struct field fields[] = {
	FIELD(struct daemons, tuned_profile, "TuneD profile", TYPE_TEXT, UNIT_NONE, 0,
		SOURCES("/etc/tuned/active_profile"), "The profile that tuned keeps in force."),
	IRQBALANCE(args, "irqbalance options", TYPE_TEXT, UNIT_NONE, "What irqbalance is started with, IRQBALANCE_ARGS."),
	IRQBALANCE(oneshot, "irqbalance once", TYPE_BOOL, UNIT_NONE,
		"Whether irqbalance places all interrupts once and ends, IRQBALANCE_ONESHOT or --oneshot."),
	IRQBALANCE(banned_cpus, "irqbalance leaves out", TYPE_CPUS, UNIT_NONE,
		"CPUs that irqbalance gives no interrupts, IRQBALANCE_BANNED_CPULIST or IRQBALANCE_BANNED_CPUS; where "
		"neither is set it leaves out the isolated ones by itself."),
	IRQBALANCE(banned_irqs, "irqbalance leaves alone", TYPE_NUMBERS, UNIT_NONE,
		"Interrupts that irqbalance does not move, --banirq."),
	IRQBALANCE(powerthresh, "irqbalance parks", TYPE_U64, UNIT_COUNT,
		"How many busy CPUs it takes before irqbalance wakes one that it keeps free of interrupts, "
		"--powerthresh: until then interrupts share few CPUs and the others sleep deep."),
	TEXT(tuned_mode, "TuneD mode", SOURCES("/etc/tuned/profile_mode"),
		"Whether somebody chose that profile (manual) or tuned recommends it itself (auto)."),
	TEXT(tuned_file, "TuneD file", PROFILE, "Where the active profile is written down."),
	TEXT(tuned_force_latency, "TuneD latency limit", PROFILE,
		"The latency limit of all CPUs that the active profile holds: µs, or the idle state whose exit it is."),
	TEXT(tuned_governor, "TuneD governor", PROFILE,
		"The governor that the active profile sets, the first of them that the driver has."),
	TEXT(tuned_epp, "TuneD energy preference", PROFILE, "The energy preference that the active profile sets."),
	TEXT(cpupower_governor, "cpupower governor", SOURCES("/etc/default/cpupower", "/etc/sysconfig/cpupower"),
		"The governor that cpupower's service sets when the machine is booted."),
};

static const struct row_set sets[] = {
	{"daemon", "name", offsetof(struct daemons, daemon), sizeof(struct daemon), TABLE(row_fields), NULL, 0},
};

/* comm of a process does not change often: only processes that are new are asked. */
struct state {
	uint32_t *pid;
	uint8_t *is; /* index in table + 1, 0: none of them */
	size_t n, room;
	int err; /* of a process that did not tell its name, 0 when all did */
};
enum { ASK_AGAIN = UINT8_MAX };

static int add(const char *name, void *arg)
{
	struct state *now = arg;
	uint64_t pid;

	if (parse_u64(slice_of(name), &pid) || pid > UINT32_MAX)
		return 0;
	if (now->n == now->room) {
		now->room = now->room ? now->room * 2 : 256;
		now->pid = xrealloc(now->pid, now->room, sizeof(*now->pid));
	}
	now->pid[now->n++] = (uint32_t)pid;
	return 0;
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static uint8_t ask(struct host *h, uint32_t pid, int *err)
{
	struct answer answer;
	struct slice comm;
	char path[32];
	int r;

	snprintf(path, sizeof(path), "/proc/%u/comm", pid);
	r = host_read(h, path, &answer);
	if (r == -ENOENT || r == -ESRCH)
		return 0; /* gone already */
	if (r) {
		*err = r;
		return ASK_AGAIN;
	}
	comm = slice_trim(slice_of(answer.text));
	for (size_t i = 0; i < COUNT(table); i++)
		if (slice_is(comm, table[i].comm))
			return (uint8_t)(i + 1);
	return 0;
}

/* Both lists are sorted: one walk tells who is new. A number that was given to another process may mislead for a while.
 */
static void update(struct host *h, struct state *old, struct state *now)
{
	size_t k = 0;

	now->is = xcalloc(now->n, 1);
	for (size_t i = 0; i < now->n; i++) {
		while (k < old->n && old->pid[k] < now->pid[i])
			k++;
		if (k < old->n && old->pid[k] == now->pid[i] && !old->is[k])
			continue;
		now->is[i] = ask(h, now->pid[i], &now->err);
	}
	free(old->pid);
	free(old->is);
	*old = *now;
}

static int sample(const struct tick *t, void *state, void *facts)
{
	struct state *st = state, now = {.n = 0};
	struct daemon *rows = arena_array(t->a, COUNT(table), sizeof(*rows));
	struct daemons *d = facts;
	int err = host_list(t->h, "/proc", add, &now), unsure;

	if (!err && !now.n)
		err = -ENODATA; /* a capture without a process says nothing about those that ran */
	if (!err) {
		qsort(now.pid, now.n, sizeof(*now.pid), by_number);
		update(t->h, st, &now);
	} else {
		free(now.pid);
	}
	for (size_t i = 0; i < COUNT(table); i++) {
		rows[i].name = value_text(table[i].name, 0);
		rows[i].owns = value_text(table[i].owns, 0);
		unsure = err ? err : st->err;
		rows[i].running = unsure ? value_error(unsure, 0) : value_bool(false, 0);
		rows[i].pid = value_error(unsure ? unsure : -ENOENT, 0);
	}
	for (size_t i = 0; !err && i < st->n; i++) {
		struct daemon *row = st->is[i] && st->is[i] != ASK_AGAIN ? &rows[st->is[i] - 1] : NULL;

		if (!row || value_u64_or(row->running, 0))
			continue;
		row->running = value_bool(true, 0);
		row->pid = value_u64(st->pid[i], 0);
	}
	d->daemon = (struct rows){.row = rows, .n = COUNT(table), .known = KNOWN};
	d->tuned_profile = get_text(t, 0, "/etc/tuned/active_profile");
	daemons_read_irqbalance(t, d);
	daemons_tuned(t, d);
	d->cpupower_governor = daemons_cpupower(t);
	return 0;
}

static void end(struct host *h, void *state)
{
	struct state *st = state;

	(void)h;
	free(st->pid);
	free(st->is);
}

const struct probe probe_daemons = {
	.name = "daemons",
	.title = "Daemons",
	.size = sizeof(struct daemons),
	.state_size = sizeof(struct state),
	.period_ms = 10000,
	.fields = fields,
	.nfields = COUNT(fields),
	.sets = sets,
	.nsets = COUNT(sets),
	.sample = sample,
	.end = end,
};
