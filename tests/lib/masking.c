/* Makes small machines and looks at them through the masking host. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/masking.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/host/host.h"
#include "probes/host/recording.h"
#include "probes/util.h"
#include "tests/lib/tree.h"


/* Two guests, one of them called "1", on the host kvm07. */
struct masking masking_new(void)
{
	struct masking m = {.tree = tree_new()};

	tree_text(m.tree, "proc/sys/kernel/hostname", "kvm07\n");
	tree_text(m.tree, "@virt/guests", MASKING_WEB3 " 3 running 7 persistent web3\n" MASKING_ONE " - shutoff 1 transient 1\n");
	return m;
}

void masking_open(struct masking *m)
{
	struct answer answer;

	assert_int_equal(masked_open(tree_host(m->tree), &m->h), 0);
	assert_int_equal(host_read(m->h, "@virt/guests", &answer), 0);
}

void masking_end(struct masking *m)
{
	host_close(m->h);
	tree_free(m->tree);
}

void masking_says(struct host *h, const char *path, const char *expected)
{
	struct answer answer;

	assert_int_equal(host_read(h, path, &answer), 0);
	assert_int_equal(answer.len, strlen(answer.text));
	assert_string_equal(answer.text, expected);
}

/* A machine with this one file: what it says, and that it says so again. */
void masking_file(const char *path, const char *text, const char *expected)
{
	struct masking m = masking_new();
	char *full = xasprintf("/%s", path);

	tree_text(m.tree, path, text);
	masking_open(&m);
	masking_says(m.h, full, expected);
	masking_says(m.h, full, expected);
	free(full);
	masking_end(&m);
}

/* Of the guest web3: @virt/UUID/live/xml and the like. */
void masking_virt(const char *name, const char *text, const char *expected)
{
	struct masking m = masking_new();
	char path[128];

	snprintf(path, sizeof(path), "@virt/" MASKING_WEB3 "/%s", name);
	tree_text(m.tree, path, text);
	masking_open(&m);
	snprintf(path, sizeof(path), "@virt/00000000-0000-4000-8000-000000000002/%s", name);
	masking_says(m.h, path, expected);
	masking_end(&m);
}
