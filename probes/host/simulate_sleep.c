/* Lets the CPUs of a simulated machine sleep: who in which state, and what its counters say afterwards. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/simulate_sleep.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probes/host/simulate_guest_move.h"
#include "probes/host/simulate_model.h"
#include "probes/host/simulate_out.h"
#include "probes/util.h"

enum {
	STATES_MOST = 10,
	MANY_CPUS = 1024, /* so many are counted once a second only: each write is a file that is opened */
	ONE_IN = 6, /* idle CPUs that begin a long sleep in a second */
	ONE_RESTING_IN = 2, /* of those whose guests are calm */
	NAP_US = 60, /* of a busy CPU */
	REST_US = 4000,
	DOZE_US = 500, /* of an idle one, in the deepest state and in the shallow one */
	DEEP_PERCENT = 94, /* of the idle time of an idle CPU */
};

/* A counter of one state of one CPU, and how many digits its file has. */
struct count {
	uint64_t n;
	uint8_t digits;
	bool moved;
};

struct sleeper {
	struct count usage[STATES_MOST], time[STATES_MOST];
	uint64_t owed_us; /* slept, and not yet counted */
	uint8_t through; /* seconds that it still sleeps through */
	uint8_t deep, shallow; /* states that it enters */
};

struct sleepers {
	const struct model *m;
	int cpus; /* the folder of the CPUs */
	struct sleeper *cpu;
};

static ssize_t read_file(const struct sleepers *s, const char *path, char *text, size_t size)
{
	int fd = openat(s->cpus, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	ssize_t n = fd < 0 ? -errno : read(fd, text, size - 1);

	n = fd >= 0 && n < 0 ? -errno : n;
	out_close(fd);
	text[n > 0 ? n : 0] = '\0';
	return n;
}

static int read_count(
	const struct sleepers *s, unsigned cpu, unsigned state, const char *file, struct count *ret, char why[200])
{
	char path[80], text[32];
	ssize_t n;
	size_t digits;

	snprintf(path, sizeof path, "cpu%u/cpuidle/state%u/%s", cpu, state, file);
	n = read_file(s, path, text, sizeof text);
	digits = strspn(text, "0123456789");
	if (n >= 0 && (!digits || digits > 19))
		n = -EINVAL;
	if (n < 0) {
		snprintf(why, 200, "cannot read %s to move it: %s", path, strerror((int)-n));
		return (int)n;
	}
	*ret = (struct count){.n = strtoull(text, NULL, 10), .digits = (uint8_t)digits};
	return 0;
}

int sleepers_open(const struct model *m, int root, struct sleepers **ret, char why[200])
{
	struct sleepers *s = xcalloc(1, sizeof *s);
	int err = 0;

	s->m = m;
	s->cpu = xcalloc(m->ncpus, sizeof *s->cpu);
	s->cpus = openat(root, "sys/devices/system/cpu", O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	if (s->cpus < 0) {
		err = -errno;
		snprintf(why, 200, "cannot open the CPUs to move them: %s", strerror(-err));
	}
	for (unsigned cpu = 0; cpu < m->ncpus && !err; cpu++)
		for (unsigned i = 0; i < m->o.states && !err; i++) {
			err = read_count(s, cpu, i, "usage", &s->cpu[cpu].usage[i], why);
			if (!err)
				err = read_count(s, cpu, i, "time", &s->cpu[cpu].time[i], why);
		}
	if (err) {
		sleepers_close(s);
		return err;
	}
	*ret = s;
	return 0;
}

void sleepers_close(struct sleepers *s)
{
	if (!s)
		return;
	out_close(s->cpus);
	free(s->cpu);
	free(s);
}

/* Whoever disables a state sees the CPU leave it alone. A file that is gone or half written forbids nothing. */
static bool is_disabled(const struct sleepers *s, unsigned cpu, unsigned state)
{
	char path[80], text[32];

	snprintf(path, sizeof path, "cpu%u/cpuidle/state%u/disable", cpu, state);
	return read_file(s, path, text, sizeof text) > 0 && text[0] == '1';
}

/* What the kernel means by the file: 0 is no limit, n/a the strictest one. */
static unsigned limit_us(const struct sleepers *s, unsigned cpu)
{
	char path[80], text[32];
	unsigned long us;

	snprintf(path, sizeof path, "cpu%u/power/pm_qos_resume_latency_us", cpu);
	if (read_file(s, path, text, sizeof text) <= 0)
		return UINT32_MAX;
	us = strtoul(text, NULL, 10);
	return strncmp(text, "n/a", 3) == 0 ? 0 : us && us < UINT32_MAX ? (unsigned)us : UINT32_MAX;
}

static unsigned deepest(const struct sleepers *s, unsigned cpu)
{
	unsigned limit = limit_us(s, cpu), i = s->m->o.states - 1;

	while (i && (simulate_latency(s->m, i) > limit || is_disabled(s, cpu, i)))
		i--;
	return i;
}

/* Counts so many sleeps that lasted us together. */
static void count(struct sleeper *c, unsigned state, uint64_t sleeps, uint64_t us)
{
	if (!us)
		return;
	c->usage[state].n += sleeps ? sleeps : 1;
	c->time[state].n += us;
	c->usage[state].moved = c->time[state].moved = true;
}

static void wake(struct sleeper *c)
{
	count(c, c->deep, 1, c->owed_us);
	c->owed_us = 0;
}

void sleepers_begin_second(struct sleepers *s, const struct guest_moves *guests, uint64_t second)
{
	for (unsigned cpu = 0; cpu < s->m->ncpus; cpu++) {
		struct sleeper *c = &s->cpu[cpu];
		uint64_t dice = model_random(s->m, cpu, 1003 + second * 8);
		unsigned deep = deepest(s, cpu);

		c->through -= c->through > 0;
		if (c->owed_us && (s->m->busy[cpu] || !c->through || deep != c->deep)) {
			c->through = 0;
			wake(c);
		}
		c->deep = (uint8_t)deep;
		c->shallow = (uint8_t)(deep < 1 ? deep : 1);
		if (s->m->busy[cpu] || c->through)
			continue;
		if (guest_moves_rests(guests, cpu) ? dice % ONE_RESTING_IN == 0 : dice % ONE_IN == 0)
			c->through = (uint8_t)(2 + dice / ONE_IN % (guest_moves_rests(guests, cpu) ? 8 : 3));
	}
}

bool sleepers_through(const struct sleepers *s, unsigned cpu)
{
	return s->cpu[cpu].through > 0;
}

void sleepers_idle(struct sleepers *s, unsigned cpu, unsigned us)
{
	s->cpu[cpu].owed_us += us;
}

unsigned sleepers_slice_ms(const struct sleepers *s)
{
	return s->m->ncpus > MANY_CPUS ? 1000 : 200;
}

void sleepers_end(struct sleepers *s)
{
	for (unsigned cpu = 0; cpu < s->m->ncpus; cpu++) {
		struct sleeper *c = &s->cpu[cpu];
		uint64_t us = c->owed_us, long_us;

		if (c->through)
			continue;
		/* A busy CPU naps, and takes the next deeper state for a third of it where that is a shallow one too.
		 */
		long_us = s->m->busy[cpu] ? us / 3 : us * DEEP_PERCENT / 100;
		if (s->m->busy[cpu] && c->shallow + 1 <= c->deep && simulate_latency(s->m, c->shallow + 1u) <= 10)
			count(c, c->shallow + 1u, long_us / (3 * NAP_US), long_us);
		else if (!s->m->busy[cpu])
			count(c, c->deep, long_us / REST_US, long_us);
		else
			long_us = 0;
		count(c, c->shallow, (us - long_us) / (s->m->busy[cpu] ? NAP_US : DOZE_US), us - long_us);
		c->owed_us = 0;
	}
}

static int write_count(
	const struct sleepers *s, unsigned cpu, unsigned state, const char *file, struct count *c, char why[200])
{
	char path[80], text[32];
	ssize_t n = -1;
	int fd, len, err;

	if (!c->moved)
		return 0;
	c->moved = false;
	snprintf(path, sizeof path, "cpu%u/cpuidle/state%u/%s", cpu, state, file);
	len = snprintf(text, sizeof text, "%0*" PRIu64 "\n", c->digits, c->n);
	if (len != c->digits + 1) {
		snprintf(why, 200, "%s would need one more digit: write the tree anew", path);
		return -ERANGE;
	}
	fd = openat(s->cpus, path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0)
		n = pwrite(fd, text, (size_t)len, 0);
	err = n < 0 ? -errno : 0;
	if (err)
		snprintf(why, 200, "cannot write %s: %s", path, strerror(-err));
	out_close(fd);
	return err;
}

/* time first: whoever sees that usage moved finds the time that belongs to it. */
int sleepers_write(struct sleepers *s, char why[200])
{
	int err = 0;

	for (unsigned cpu = 0; cpu < s->m->ncpus; cpu++)
		for (unsigned i = 0; i < s->m->o.states && !err; i++) {
			err = write_count(s, cpu, i, "time", &s->cpu[cpu].time[i], why);
			if (!err)
				err = write_count(s, cpu, i, "usage", &s->cpu[cpu].usage[i], why);
		}
	return err;
}
