/* Lets a sham machine count interrupts for tests of them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/sham_irqs.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct probing irqs_begin(unsigned cpus)
{
	struct probing p = probing_new(cpus);
	char bad[64];

	assert_int_equal(sampler_only(p.s, "interrupts", bad), 0);
	sham_forward(p.m, 1000000000);
	return p;
}

void irqs_count(struct probing *p, const char *text)
{
	sham_put(p->m, "/proc/interrupts", "%s", text);
	sham_forward(p->m, 1000000000);
	probing_tick(p);
}

const struct interrupts *irqs_found(struct probing *p)
{
	return snapshot_facts(p->snap, &probe_interrupts);
}
