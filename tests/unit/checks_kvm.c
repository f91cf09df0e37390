/* Tests what checks of KVM remember from tick to tick, and the sentence of a host that is a virtual machine. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "probes/checks.h"
#include "probes/firmware.h"
#include "probes/kvm_stats.h"
#include "probes/load.h"
#include "tests/lib/crafted.h"

/* One guest of two vCPUs, the worst of which leaves so often. */
static void counts(struct crafted *c, double exits, double user)
{
	struct arena *a;
	struct kvm_stats *k = crafted_put(c, &probe_kvm_stats, &a);
	struct kvm_stats_guest *g = arena_array(a, 1, sizeof(*g));

	g->key = value_text("pid4711", 0);
	g->name = value_text("web\x1b[31m", 0);
	g->type = value_text("kvm", 0);
	g->vcpus = value_u64(2, 0);
	g->exits_per_s = value_f64(exits * 2, 0);
	g->user_exits_per_s = value_f64(user * 2, 0);
	g->worst_exits_per_s = value_f64(exits, 0);
	g->worst_user_exits_per_s = value_f64(user, 0);
	k->counted = value_u64(1, 0);
	k->guest = (struct rows){.row = g, .n = 1, .known = KNOWN};
}

static void says(struct crafted *c, struct checks *memory, enum verdict verdict, const char *words)
{
	struct findings *f;
	const struct finding *k03;

	c->p.snap->t_ns += 1000000000;
	f = checks_run(memory, c->p.snap, PROFILE_WEB);
	k03 = findings_of(f, check_find("K03"));
	if (k03->verdict != verdict || !strstr(k03->line, words))
		fail_msg("%s: %s", verdict_word(k03->verdict), k03->line);
	findings_unref(f);
}

static void test_many_exits_must_last(void **state)
{
	struct crafted c = crafted_new(&probe_load);
	struct checks *memory = checks_new();

	(void)state;
	counts(&c, 60000, 10);
	says(&c, memory, VERDICT_PASS, "at most 60000 times a second, and at most 10 times for QEMU");
	says(&c, memory, VERDICT_FIRE, "web?[31m: a vCPU leaves 60000 times a second.");
	counts(&c, 49000, 10);
	says(&c, memory, VERDICT_PASS, "49000");
	counts(&c, 60000, 10);
	says(&c, memory, VERDICT_PASS, "60000");
	/* those to QEMU count at once */
	counts(&c, 60000, 2500);
	says(&c, memory, VERDICT_FIRE, "a vCPU leaves for QEMU 2500 times a second, 4 % of all its exits.");
	checks_free(memory);
	crafted_end(&c);
}

static void test_banner(void **state)
{
	struct crafted c = crafted_new(&probe_load);
	struct checks *memory = checks_new();
	struct arena *a;
	struct firmware *fw = crafted_put(&c, &probe_firmware, &a);
	struct findings *f;

	(void)state;
	assert_null(checks_banner(NULL));
	fw->guest = value_bool(false, 0);
	f = checks_run(memory, c.p.snap, PROFILE_WEB);
	assert_null(checks_banner(f));
	findings_unref(f);
	fw = crafted_put(&c, &probe_firmware, &a);
	fw->guest = value_bool(true, 0);
	fw->guest_why = value_text("the processor has the flag hypervisor", 0);
	f = checks_run(memory, c.p.snap, PROFILE_WEB);
	assert_non_null(checks_banner(f));
	assert_non_null(strstr(checks_banner(f), "This host is itself a VM (the processor has the flag hypervisor)"));
	findings_unref(f);
	checks_free(memory);
	crafted_end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many_exits_must_last),
		cmocka_unit_test(test_banner),
	};

	return cmocka_run_group_tests_name("checks_kvm", tests, NULL, NULL);
}
