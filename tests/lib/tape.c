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

static void add_part(struct text *t, const char *name, const char *part)
{
	char *path = xasprintf("tests/hosts/%s/%s", name, part), line[8192];
	FILE *f = host_has(name, part) ? fopen(path, "re") : NULL;

	while (f && fgets(line, sizeof(line), f)) {
		if (strncmp(line, "- ", 2) == 0)
			text_add(t, "! %.*s ENOENT\n", (int)strcspn(line + 2, "\n"), line + 2);
		else if (strncmp(line, "= /@", 4) == 0)
			text_add(t, "= %s", line + 3);
		else if (*line != '\n')
			text_add(t, "%s", line);
	}
	if (f)
		fclose(f);
	free(path);
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
	for (unsigned i = 1; i <= ticks; i++) {
		text_add(&t, "@ %u %u000000000 2026-11-26T03:%02u:%02uZ %s\n", i, 1000 + i, i / 60 % 60, i % 60,
			i < 3 ? "all" : "due");
		if (i < 3)
			add_part(&t, name, i == 1 ? "tree" : "later");
		else if (strcmp(name, "founding") == 0)
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
