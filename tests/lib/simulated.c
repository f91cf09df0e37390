/* Makes simulated machines for tests, and reads what was written. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/simulated.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/tree.h"

int place_setup(void **state)
{
	struct place *p = xcalloc(1, sizeof *p);

	p->dir = tree_new();
	p->fd = open(p->dir, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	*state = p;
	return p->fd < 0 ? -1 : 0;
}

int place_teardown(void **state)
{
	struct place *p = *state;

	close(p->fd);
	tree_free(p->dir);
	free(p);
	return 0;
}

const char *place_path(const struct place *p, const char *name, char buf[300])
{
	snprintf(buf, 300, "%s/%s", p->dir, name);
	return buf;
}

struct simulate_options small_machine(void)
{
	struct simulate_options o;

	simulate_defaults(&o);
	o.packages = 2;
	o.cores = 4;
	o.states = 4;
	o.busy_percent = 25;
	return o;
}

void make_machine(const struct place *p, const char *tree, const struct simulate_options *o)
{
	char dir[300], why[200] = "";
	int err = simulate_write(o, place_path(p, tree, dir), why);

	if (err)
		fail_msg("simulate_write: %d %s", err, why);
}

char *slurp(const struct place *p, const char *tree, const char *path, struct stat *st)
{
	char name[300], *text;
	struct stat own;
	int fd;

	st = st ? st : &own;
	snprintf(name, sizeof name, "%s/%s", tree, path);
	fd = openat(p->fd, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	assert_int_equal(fstat(fd, st), 0);
	text = xcalloc((size_t)st->st_size + 1, 1);
	assert_int_equal(read(fd, text, (size_t)st->st_size), st->st_size);
	close(fd);
	return text;
}

void assert_file(const struct place *p, const char *tree, const char *path, const char *wanted)
{
	char *text = slurp(p, tree, path, NULL);

	if (!text)
		fail_msg("%s is missing", path);
	assert_string_equal(text, wanted);
	free(text);
}

void assert_no_file(const struct place *p, const char *tree, const char *path)
{
	assert_null(slurp(p, tree, path, NULL));
}

void overwrite(const struct place *p, const char *tree, const char *path, const char *text, int flags)
{
	char name[300];
	int fd;

	snprintf(name, sizeof name, "%s/%s", tree, path);
	fd = openat(p->fd, name, O_WRONLY | O_CLOEXEC | flags);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

unsigned long khz_of(const struct place *p, const char *tree, unsigned cpu)
{
	char path[100], *text;
	unsigned long khz;

	snprintf(path, sizeof path, CPU "cpufreq/policy%u/scaling_cur_freq", cpu);
	text = slurp(p, tree, path, NULL);
	assert_non_null(text);
	assert_int_equal(strlen(text), 8);
	khz = strtoul(text, NULL, 10);
	free(text);
	return khz;
}
