/* Makes a simulated machine in a private folder, lets it live by the second, and removes it at the end. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/simulate_host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probes/host/paced.h"
#include "probes/host/simulate_house.h"
#include "probes/host/simulate_out.h"
#include "probes/util.h"

/* A second, and where the clocks begin: on a day at noon, some hours after the machine did. */
#define SECOND_NS UINT64_C(1000000000)
#define BEGIN_NS (UINT64_C(50000) * SECOND_NS)
#define BEGIN_WALL_NS INT64_C(1767268800000000000)

struct simulated {
	char *dir;
	struct simulation *s; /* NULL until the tree is whole */
	struct simulate_life life;
	uint64_t now_ns;
};

static void says(const struct simulated *m, enum simulate_phase phase)
{
	if (m->life.says && m->dir)
		m->life.says(m->life.says_arg, phase, m->dir);
}

static int live(void *arg, uint64_t now_ns)
{
	struct simulated *m = arg;

	m->now_ns = now_ns;
	return simulate_move(m->s, 1000, m->life.flips, m->life.why);
}

static void end(void *arg)
{
	struct simulated *m = arg;
	int fd = m->dir ? open(m->dir, O_DIRECTORY | O_NOFOLLOW | O_RDONLY | O_CLOEXEC) : -1;

	simulate_close(m->s);
	if (fd >= 0) {
		says(m, SIMULATE_TIDIES);
		out_empty(fd);
		rmdir(m->dir);
	}
	says(m, SIMULATE_IS_GONE);
	out_close(fd);
	free(m->dir);
	free(m);
}

static int make_folder(struct simulated *m, const struct simulate_options *o, char why[200])
{
	int err;

	m->dir = xasprintf("%s/hvscope-simulate-XXXXXX", simulate_house(o));
	if (mkdtemp(m->dir))
		return 0;
	err = -errno;
	snprintf(why, 200, "cannot make %.100s: %s", m->dir, strerror(-err));
	free(m->dir);
	m->dir = NULL;
	return err;
}

int simulate_host(const struct simulate_options *o, const struct simulate_life *life, struct host **ret, char why[200])
{
	struct simulated *m = xcalloc(1, sizeof *m);
	const struct pace pace = {.begin_ns = BEGIN_NS,
		.tick_ns = SECOND_NS,
		.begin_wall_ns = BEGIN_WALL_NS,
		.live = live,
		.end = end,
		.arg = m};
	struct host_options root = {0};
	struct host *h;
	int err = make_folder(m, o, why);

	m->life = *life;
	life->why[0] = '\0';
	says(m, SIMULATE_WRITES);
	if (!err)
		err = simulate_write(o, m->dir, why);
	if (!err)
		err = simulate_open(m->dir, &m->s, why);
	root.root = m->dir;
	if (!err)
		err = host_open(&root, &h, why);
	if (err) {
		end(m);
		return err;
	}
	says(m, SIMULATE_IS_WHOLE);
	simulate_working(m->s, life->working);
	simulate_clock(m->s, &m->now_ns);
	return paced_open(h, &pace, ret);
}
