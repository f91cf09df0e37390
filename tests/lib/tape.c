/* Makes captures out of the machines of tests/hosts. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/tape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/host/host.h"
#include "probes/text.h"
#include "probes/util.h"
#include "tests/lib/hosts.h"
#include "tests/lib/tree.h"

static void begin_tick(struct text *t, unsigned tick)
{
	text_add(t, "@ %u %u000000000 2026-11-26T03:%02u:%02uZ %s\n", tick, 1000 + tick, tick / 60 % 60, tick % 60,
		tick < 3 ? "all" : "due");
}

/* The ticks that the machine has, two, at the tape's own times. Returns how many those were. */
static unsigned add_machine(struct text *t, const char *name, unsigned ticks)
{
	char *path = host_file(name), line[8192];
	FILE *f = fopen(path, "re");
	unsigned tick = 0;

	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (line[0] == '@' && tick == ticks)
			break;
		if (line[0] == '@')
			begin_tick(t, ++tick);
		else if (tick && line[0] != '.')
			text_add(t, "%s", line);
	}
	fclose(f);
	free(path);
	return tick;
}

/* In the ticks before, CPU 0 has worked 1090 hundredths of a second, and then 3, 4 … in each second. */
static void add_tick(struct text *t, unsigned tick)
{
	unsigned busy = 1090;

	for (unsigned i = 3; i <= tick; i++)
		busy += i % 100;
	text_add(t, "= /proc/stat\n\tcpu %u 0 2400 %u 0 0 0 0 0 0\n", 24000 + busy, 214000 + 2400 * (tick - 2) - busy);
	text_add(t, "\tcpu0 %u 0 100 %u 0 0 0 0 0 0\n", busy, 10000 + 100 * (tick - 2) - busy);
	text_add(t, "\tcpu{1-23} 1090 0 100 %u 0 0 0 0 0 0\n", 8910 + 100 * (tick - 2));
	text_add(t, "\tintr 1001000 0\n\tctxt 2002000\n\tprocs_running %u\n", tick);
}

char *tape_file(const char *folder, const char *name, unsigned ticks)
{
	struct text t = text_begin();
	char *file = xasprintf("%s.host", name);

	text_add(&t, "hvscope-capture 1\n: kind live\n: hostname kvm07\n: missing ENOENT\n");
	for (unsigned i = add_machine(&t, name, ticks) + 1; i <= ticks; i++) {
		begin_tick(&t, i);
		if (strcmp(name, "founding") == 0)
			add_tick(&t, i);
	}
	text_add(&t, ".\n");
	tree_text(folder, file, t.bytes);
	text_end(&t, NULL);
	free(file);
	return xasprintf("%s/%s.host", folder, name);
}

struct host *tape_host(const char *path)
{
	struct host *h;
	char why[200];

	if (host_open(&(struct host_options){.open = path}, &h, why))
		fail_msg("%s", why);
	return h;
}
