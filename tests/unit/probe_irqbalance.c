/* Tests what the settings of irqbalance are taken for: both files, its options as people spell them, and nonsense. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "probes/host/host.h"
#include "tests/lib/probing.h"

#define DEBIAN "/etc/default/irqbalance"
#define REDHAT "/etc/sysconfig/irqbalance"
#define AT(field) "daemons.irqbalance_" field

static struct probing machine(const char *text)
{
	struct probing p = probing_new(1);

	sham_put(p.m, DEBIAN, "%s", text);
	probing_tick(&p);
	return p;
}

static void test_nothing_is_set(void **state)
{
	struct probing p = machine("# irqbalance is a daemon\n#IRQBALANCE_ONESHOT=yes\n#IRQBALANCE_BANNED_CPULIST=2-3\n"
				   "IRQBALANCE_ARGS=\n");

	(void)state;
	probing_is(&p, AT("oneshot"), 0);
	probing_not(&p, AT("args"), KNOWN_ABSENT);
	probing_not(&p, AT("banned_cpus"), KNOWN_ABSENT);
	probing_not(&p, AT("banned_irqs"), KNOWN_ABSENT);
	probing_not(&p, AT("powerthresh"), KNOWN_ABSENT);
	probing_end(&p);
}

static void test_all_is_set(void **state)
{
	struct probing p = machine("IRQBALANCE_BANNED_CPULIST=\"2-7,10\"\nIRQBALANCE_BANNED_CPUS=ff\n"
				   "IRQBALANCE_ARGS='--hintpolicy=exact --powerthresh=4 --banirq=44 -i 45 -i46'\n");

	(void)state;
	probing_words(&p, AT("banned_cpus"), "2-7,10");
	probing_says(&p, AT("args"), "--hintpolicy=exact --powerthresh=4 --banirq=44 -i 45 -i46");
	probing_is(&p, AT("powerthresh"), 4);
	probing_says(&p, AT("banned_irqs"), "44 45 46");
	probing_is(&p, AT("oneshot"), 0);
	probing_end(&p);
}

static void test_other_spellings(void **state)
{
	struct probing p = machine("export IRQBALANCE_BANNED_CPUS=00000001,000000f0\nIRQBALANCE_ARGS=-p 2 -p 3 -o\n");

	(void)state;
	probing_words(&p, AT("banned_cpus"), "4-7,32");
	probing_is(&p, AT("powerthresh"), 3);
	probing_is(&p, AT("oneshot"), 1);
	probing_end(&p);
	p = machine("IRQBALANCE_ONESHOT=yes\nIRQBALANCE_ARGS=\"--powerthresh off --pid=/run/x --policyscript=/etc/x\"\n");
	probing_is(&p, AT("oneshot"), 1);
	probing_not(&p, AT("powerthresh"), KNOWN_ABSENT);
	probing_not(&p, AT("banned_irqs"), KNOWN_ABSENT);
	probing_end(&p);
}

static void test_nonsense(void **state)
{
	struct probing p = machine("IRQBALANCE_BANNED_CPULIST=two\nIRQBALANCE_ARGS=--powerthresh=some --banirq=all --banirq=4\n");

	(void)state;
	probing_not(&p, AT("banned_cpus"), KNOWN_BROKEN);
	probing_not(&p, AT("powerthresh"), KNOWN_BROKEN);
	probing_not(&p, AT("banned_irqs"), KNOWN_BROKEN);
	probing_end(&p);
	p = machine("IRQBALANCE_ARGS=--banirq\n");
	probing_not(&p, AT("banned_irqs"), KNOWN_ABSENT);
	probing_end(&p);
}

/* A unit of systemd's can start it otherwise than the file says. */
static void test_what_it_was_started_with(void **state)
{
	static const char command[] = "/usr/sbin/irqbalance\0--foreground\0--powerthresh=5\0-i\0" "7";
	struct probing p = probing_new(1);

	(void)state;
	sham_put(p.m, "/proc/900/comm", "irqbalance\n");
	sham_bytes(p.m, "/proc/900/cmdline", command, sizeof(command));
	probing_tick(&p);
	probing_says(&p, AT("args"), "--foreground --powerthresh=5 -i 7");
	probing_is(&p, AT("powerthresh"), 5);
	probing_says(&p, AT("banned_irqs"), "7");
	probing_not(&p, AT("oneshot"), KNOWN_ABSENT); /* its environment may say so, which only root sees */
	sham_put(p.m, DEBIAN, "IRQBALANCE_ARGS=--powerthresh=2\nIRQBALANCE_BANNED_CPULIST=3\n");
	probing_pass(&p, 10000);
	probing_is(&p, AT("powerthresh"), 5);
	probing_words(&p, AT("banned_cpus"), "3");
	probing_is(&p, AT("oneshot"), 0);
	sham_error(p.m, "/proc/900/cmdline", -EACCES);
	probing_pass(&p, 10000);
	probing_is(&p, AT("powerthresh"), 2);
	sham_bytes(p.m, "/proc/900/cmdline", "irqbalance", sizeof("irqbalance"));
	sham_error(p.m, "/proc/900/cmdline", 0);
	probing_pass(&p, 10000);
	probing_not(&p, AT("powerthresh"), KNOWN_ABSENT);
	probing_not(&p, AT("args"), KNOWN_ABSENT);
	probing_end(&p);
}

static void test_files(void **state)
{
	struct probing p = probing_new(1);

	(void)state;
	probing_tick(&p);
	probing_not(&p, AT("args"), KNOWN_ABSENT);
	probing_not(&p, AT("oneshot"), KNOWN_ABSENT);
	sham_put(p.m, REDHAT, "IRQBALANCE_BANNED_CPULIST=1\n");
	probing_pass(&p, 10000);
	probing_words(&p, AT("banned_cpus"), "1");
	assert_int_equal(probing_value(&p, AT("banned_cpus")).src, 1);
	sham_error(p.m, DEBIAN, -EACCES);
	probing_pass(&p, 10000);
	probing_not(&p, AT("banned_cpus"), KNOWN_DENIED);
	probing_not(&p, AT("oneshot"), KNOWN_DENIED);
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_is_set),
		cmocka_unit_test(test_all_is_set),
		cmocka_unit_test(test_other_spellings),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_what_it_was_started_with),
		cmocka_unit_test(test_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
