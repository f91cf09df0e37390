/* Lets a simulated machine live: counters grow, loads and clocks waver, a few CPUs wake up or fall asleep. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probes/host/simulate_flip.h"
#include "probes/host/simulate_guest_move.h"
#include "probes/host/simulate_held.h"
#include "probes/host/simulate_irq_move.h"
#include "probes/host/simulate_memory.h"
#include "probes/host/simulate_model.h"
#include "probes/host/simulate_out.h"
#include "probes/host/simulate_sleep.h"
#include "probes/host/simulate_traffic.h"
#include "probes/util.h"

/* Fields of a line of /proc/stat that move, by their place in it. */
enum { USER = 0, SYSTEM = 2, IDLE = 3, GUEST = 8, NFIELDS = 9 };

struct line {
	size_t at[NFIELDS]; /* where each number begins in the text */
};

struct simulation {
	struct model m;
	int cpufreq; /* the folder of the policies */
	struct held stat, uptime, cpuinfo;
	struct line *line; /* of each CPU; behind them that of the total */
	size_t ctxt, intr; /* their numbers in stat */
	size_t *mhz; /* of each CPU in cpuinfo; NULL where it has none */
	uint8_t *load; /* percent, in this second */
	uint16_t *busy_rest, *system_rest; /* what is not yet a whole tick of 10 ms */
	unsigned ms_rest; /* less than a tick */
	unsigned ms_left; /* of this second */
	uint64_t second;
	struct irq_moves *irqs;
	struct sleepers *sleepers; /* NULL where it has no idle states */
	struct memories *memories;
	struct traffic *traffic;
	struct guest_moves *guests; /* NULL where it has none */
};

/* Notes where the numbers of the line at p begin. False when there are too few. */
static bool line_find(const struct held *stat, const char *p, struct line *ret)
{
	p += strcspn(p, " \n");
	for (int i = 0; i < NFIELDS; i++) {
		p += strspn(p, " ");
		if (!isdigit((unsigned char)*p))
			return false;
		ret->at[i] = (size_t)(p - stat->text);
		p += strcspn(p, " \n");
	}
	return true;
}

/* The place behind the first line that begins with that word, or 0. */
static size_t place_behind(const struct held *h, const char *word)
{
	const char *p = strstr(h->text, word);

	return p ? (size_t)(p - h->text) + strlen(word) : 0;
}

static bool find_stat(struct simulation *s)
{
	const char *p = s->stat.text;

	for (unsigned i = 0; i <= s->m.ncpus; i++) {
		/* The total comes first and is kept last. */
		unsigned slot = i ? i - 1 : s->m.ncpus;

		if (strncmp(p, "cpu", 3) != 0 || !line_find(&s->stat, p, &s->line[slot]))
			return false;
		p += strcspn(p, "\n");
		p += *p == '\n';
	}
	s->intr = place_behind(&s->stat, "\nintr ");
	s->ctxt = place_behind(&s->stat, "\nctxt ");
	return s->intr && s->ctxt;
}

static bool find_mhz(struct simulation *s)
{
	const char *p = s->cpuinfo.text;
	static const char word[] = "\ncpu MHz\t\t: ";

	if (s->m.kind->arch == ARCH_ARM)
		return true;
	s->mhz = xcalloc(s->m.ncpus, sizeof *s->mhz);
	for (unsigned cpu = 0; cpu < s->m.ncpus; cpu++) {
		p = strstr(p, word);
		if (!p || strlen(p) < sizeof word - 1 + 8)
			return false;
		p += sizeof word - 1;
		s->mhz[cpu] = (size_t)(p - s->cpuinfo.text);
	}
	return true;
}

static int open_files(struct simulation *s, int root, char why[200])
{
	int err;

	s->cpufreq = openat(root, "sys/devices/system/cpu/cpufreq", O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	if (s->cpufreq < 0) {
		err = -errno;
		snprintf(why, 200, "cannot open the policies to move them: %s", strerror(-err));
		return err;
	}
	err = held_open(root, "proc/stat", &s->stat, why);
	if (!err)
		err = held_open(root, "proc/uptime", &s->uptime, why);
	if (!err)
		err = held_open(root, "proc/cpuinfo", &s->cpuinfo, why);
	if (!err && (!find_stat(s) || !find_mhz(s) || !strchr(s->uptime.text, ' '))) {
		err = -EINVAL;
		snprintf(why, 200, "its /proc is not what was written: write the tree anew");
	}
	return err;
}

int simulate_open(const char *dir, struct simulation **ret, char why[200])
{
	struct simulate_options o;
	struct simulation *s;
	int err = simulate_read_mark(dir, &o, why), root;

	if (err)
		return err;
	root = open(dir, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	if (root < 0) {
		err = -errno;
		snprintf(why, 200, "cannot open %.100s: %s", dir, strerror(-err));
		return err;
	}
	s = xcalloc(1, sizeof *s);
	s->cpufreq = s->stat.fd = s->uptime.fd = s->cpuinfo.fd = -1;
	model_init(&s->m, &o);
	s->line = xcalloc(s->m.ncpus + 1, sizeof *s->line);
	s->load = xcalloc(s->m.ncpus, sizeof *s->load);
	s->busy_rest = xcalloc(s->m.ncpus, sizeof *s->busy_rest);
	s->system_rest = xcalloc(s->m.ncpus, sizeof *s->system_rest);
	err = open_files(s, root, why);
	if (!err && o.states)
		err = sleepers_open(&s->m, root, &s->sleepers, why);
	if (!err)
		err = memories_open(&s->m, root, &s->memories, why);
	if (!err)
		err = traffic_open(&s->m, root, &s->traffic, why);
	if (!err)
		err = irq_moves_open(&s->m, root, &s->irqs, why);
	if (!err)
		err = guest_moves_open(&s->m, root, &s->guests, why);
	close(root);
	if (err) {
		simulate_close(s);
		return err;
	}
	*ret = s;
	return 0;
}

void simulate_close(struct simulation *s)
{
	if (!s)
		return;
	out_close(s->cpufreq);
	held_close(&s->stat);
	held_close(&s->uptime);
	held_close(&s->cpuinfo);
	sleepers_close(s->sleepers);
	memories_close(s->memories);
	traffic_close(s->traffic);
	irq_moves_close(s->irqs);
	guest_moves_close(s->guests);
	model_free(&s->m);
	free(s->line);
	free(s->load);
	free(s->busy_rest);
	free(s->system_rest);
	free(s->mhz);
	free(s);
}

void simulate_working(struct simulation *s, unsigned guests)
{
	guest_moves_working(s->guests, guests);
	for (unsigned cpu = 0; cpu < s->m.ncpus; cpu++)
		s->m.busy[cpu] = s->m.busy[cpu] && !guest_moves_rests(s->guests, cpu);
}

void simulate_clock(struct simulation *s, const uint64_t *now_ns)
{
	guest_moves_clock(s->guests, now_ns);
}

/* v, moved by up to `by` thousandths in steps of one. */
static unsigned waver(const struct simulation *s, unsigned cpu, unsigned v, unsigned by, uint64_t what)
{
	int64_t thousandths = (int64_t)(model_random(&s->m, cpu, what + s->second * 8) % (2 * by + 1)) - by;

	return (unsigned)((int64_t)v + (int64_t)v * thousandths / 1000);
}

static int write_khz(struct simulation *s, unsigned cpu, char why[200])
{
	const struct simulate_kind *k = s->m.kind;
	unsigned khz = waver(s, cpu, model_khz(&s->m, cpu), 10, 1001);
	char path[64], text[16];
	ssize_t n = -1;
	int fd, err = 0;

	khz = khz < k->min ? k->min : khz > k->turbo ? k->turbo : khz;
	snprintf(text, sizeof text, "%07u\n", khz);
	snprintf(path, sizeof path, "policy%u/scaling_cur_freq", cpu);
	fd = openat(s->cpufreq, path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0)
		n = pwrite(fd, text, strlen(text), 0);
	if (n < 0) {
		err = -errno;
		snprintf(why, 200, "cannot write %s: %s", path, strerror(-err));
	}
	out_close(fd);
	if (!err && s->mhz) {
		snprintf(text, sizeof text, "%04u.%03u", khz / 1000, khz % 1000);
		memcpy(s->cpuinfo.text + s->mhz[cpu], text, 8);
		err = held_write(&s->cpuinfo, s->mhz[cpu], 8, "/proc/cpuinfo", why);
	}
	return err;
}

/* Whoever switches a governor sees the clocks follow. One that is half written or unknown is not taken. */
static void follow_governor(struct simulation *s, unsigned cpu)
{
	char path[64], text[32];
	const char *now = NULL;
	ssize_t n = -1;
	int fd;

	snprintf(path, sizeof path, "policy%u/scaling_governor", cpu);
	fd = openat(s->cpufreq, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0)
		n = read(fd, text, sizeof text - 1);
	out_close(fd);
	if (n > 0) {
		text[n] = '\0';
		text[strcspn(text, "\n")] = '\0';
		now = simulate_governor(text);
	}
	if (now)
		s->m.governor[cpu] = now;
}

/* What each second begins with. */
static int begin_second(struct simulation *s, unsigned flips, char why[200])
{
	int err = 0;

	simulate_flip(&s->m, s->guests, s->second, flips);
	if (s->sleepers)
		sleepers_begin_second(s->sleepers, s->guests, s->second);
	for (unsigned cpu = 0; cpu < s->m.ncpus && !err; cpu++) {
		int load = (int)model_load(&s->m, cpu);

		load += (int)(model_random(&s->m, cpu, 1002 + s->second * 8) % 7) - 3;
		s->load[cpu] = (uint8_t)(load < 0 ? 0 : load > 100 ? 100 : load);
		if (s->sleepers && sleepers_through(s->sleepers, cpu))
			s->load[cpu] = 0;
		follow_governor(s, cpu);
		err = write_khz(s, cpu, why);
	}
	if (!err)
		err = memories_second(s->memories, s->second, why);
	guest_moves_second(s->guests, s->load, s->second);
	s->second++;
	s->ms_left = 1000;
	return err;
}

/* Spends so many ticks of 10 ms on one CPU; sum gets the same for the total. */
static int spend(struct simulation *s, unsigned cpu, unsigned ticks, uint64_t sum[NFIELDS])
{
	unsigned hundredths = s->load[cpu] * ticks + s->busy_rest[cpu], busy = hundredths / 100;
	unsigned eighths = busy + s->system_rest[cpu], system = eighths / 8;
	/* A hypervisor: what is not its own work is its guests', and counted in user as well. */
	const uint64_t add[NFIELDS] = {
		[USER] = busy - system, [SYSTEM] = system, [IDLE] = ticks - busy, [GUEST] = busy - system};
	int err = 0;

	if (s->sleepers)
		sleepers_idle(s->sleepers, cpu, (ticks - busy) * 10000);
	s->busy_rest[cpu] = (uint16_t)(hundredths % 100);
	s->system_rest[cpu] = (uint16_t)(eighths % 8);
	for (int i = 0; i < NFIELDS; i++) {
		sum[i] += add[i];
		if (add[i] && !err)
			err = number_add(s->stat.text + s->line[cpu].at[i], add[i]);
	}
	return err;
}

/* Lets ms of one second pass in the held texts. */
static int pass(struct simulation *s, unsigned ms)
{
	unsigned ticks = (s->ms_rest + ms) / 10;
	uint64_t sum[NFIELDS] = {0};
	int err = 0;

	s->ms_rest = (s->ms_rest + ms) % 10;
	s->ms_left -= ms;
	for (unsigned cpu = 0; cpu < s->m.ncpus && !err; cpu++)
		err = spend(s, cpu, ticks, sum);
	for (int i = 0; i < NFIELDS && !err; i++)
		err = number_add(s->stat.text + s->line[s->m.ncpus].at[i], sum[i]);
	if (!err)
		err = number_add(s->stat.text + s->intr, (uint64_t)ticks * s->m.ncpus * 4);
	if (!err)
		err = number_add(s->stat.text + s->ctxt, (uint64_t)ticks * s->m.ncpus * 7);
	if (!err)
		err = number_add(s->uptime.text, ticks);
	if (!err)
		err = number_add(s->uptime.text + strcspn(s->uptime.text, " ") + 1, sum[IDLE]);
	return err;
}

/* Ends the sleeps of a slice of the second; returns how many ms there are to the end of the next one. */
static unsigned slice(struct simulation *s, bool ended)
{
	unsigned gone = 1000 - s->ms_left, length;

	if (!s->sleepers)
		return s->ms_left;
	length = sleepers_slice_ms(s->sleepers);
	if (ended && gone % length == 0)
		sleepers_end(s->sleepers);
	return length - gone % length;
}

int simulate_move(struct simulation *s, unsigned ms, unsigned flips, char why[200])
{
	int err = 0;

	while (ms && !err) {
		unsigned part;

		if (!s->ms_left)
			err = begin_second(s, flips, why);
		if (err)
			return err;
		part = slice(s, false);
		part = ms < part ? ms : part;
		err = pass(s, part);
		if (!err)
			err = traffic_pass(s->traffic, part, s->second);
		if (!err)
			err = irq_moves_pass(s->irqs, s->sleepers, part);
		if (!err)
			err = guest_moves_pass(s->guests, part);
		slice(s, true);
		if (err)
			snprintf(why, 200, "a counter would need one more digit: write the tree anew");
		ms -= part;
	}
	if (!err)
		err = held_write(&s->stat, 0, s->stat.len, "/proc/stat", why);
	if (!err)
		err = held_write(&s->uptime, 0, s->uptime.len, "/proc/uptime", why);
	if (!err && s->sleepers)
		err = sleepers_write(s->sleepers, why);
	if (!err)
		err = traffic_write(s->traffic, why);
	if (!err)
		err = irq_moves_write(s->irqs, why);
	if (!err)
		err = guest_moves_write(s->guests, why);
	return err;
}
