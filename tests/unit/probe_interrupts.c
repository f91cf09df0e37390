/* Tests the rates of interrupts: by line, by CPU and by kind, and all that makes a difference mean nothing. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/host/host.h"
#include "probes/report.h"
#include "probes/text.h"
#include "probes/util.h"
#include "tests/lib/sham_irqs.h"

static void test_first_tick_is_not_yet(void **state)
{
	struct probing p = irqs_begin(0);

	(void)state;
	irqs_count(&p, IRQ_HEADER " 24:        100          0          5          0  IR-PCI-MSI 524289-edge      eth0-rx-1\n"
			  "LOC:          7          8          9         10   Local timer interrupts\n"
			  "ERR:          3\n");
	probing_not(&p, "interrupts.per_s", KNOWN_NOT_YET);
	probing_not(&p, "interrupts.irq[24].per_s", KNOWN_NOT_YET);
	probing_not(&p, "interrupts.irq[24].landed", KNOWN_NOT_YET);
	probing_not(&p, "interrupts.cpu[3].per_s", KNOWN_NOT_YET);
	probing_is(&p, "interrupts.irq[24].count", 105);
	probing_says(&p, "interrupts.irq[24].kind", "device");
	probing_says(&p, "interrupts.irq[24].chip", "IR-PCI-MSI");
	probing_says(&p, "interrupts.irq[24].action", "eth0-rx-1");
	probing_is(&p, "interrupts.irq[LOC].count", 34);
	probing_says(&p, "interrupts.irq[LOC].action", "Local timer interrupts");
	probing_is(&p, "interrupts.errors", 3);
	probing_is(&p, "interrupts.every_ms", 0);
	assert_int_equal(irqs_found(&p)->irq.n, 3);
	assert_int_equal(irqs_found(&p)->cpu.n, 4);
	probing_end(&p);
}

/* Columns are the CPUs that are online: a place in the line is no number of a CPU. */
static void test_where_they_land(void **state)
{
	struct probing p = irqs_begin(0);

	(void)state;
	irqs_count(&p, "           CPU1       CPU4       CPU70      CPU71\n"
		   " 24:        100          0          5          0  PCI-MSI 1-edge      nvme0q1\n"
		   " 25:        100          0          5          0  PCI-MSI 2-edge      nvme0q2\n"
		   "LOC:          7          8          9         10   Local timer interrupts\n"
		   "RES:          7          8          9         10   Rescheduling interrupts\n");
	irqs_count(&p, "           CPU1       CPU4       CPU70      CPU71\n"
		   " 24:        102       1000        205          7  PCI-MSI 1-edge      nvme0q1\n"
		   " 25:        100          0          5          0  PCI-MSI 2-edge      nvme0q2\n"
		   "LOC:        107        108        109        110   Local timer interrupts\n"
		   "RES:          7          8          9         15   Rescheduling interrupts\n");
	probing_near(&p, "interrupts.irq[24].per_s", 1209, 1e-9);
	probing_is(&p, "interrupts.irq[24].busiest", 4);
	probing_near(&p, "interrupts.irq[24].busiest_pct", 100.0 * 1000 / 1209, 1e-9);
	probing_says(&p, "interrupts.irq[24].cpus", "1,4,70-71");
	probing_says(&p, "interrupts.irq[24].landed", "CPU 4 1000/s, CPU 70 200/s, CPU 71 7.0/s, 1 more");
	probing_near(&p, "interrupts.irq[25].per_s", 0, 0);
	probing_not(&p, "interrupts.irq[25].busiest", KNOWN_ABSENT);
	probing_not(&p, "interrupts.irq[25].landed", KNOWN_ABSENT);
	probing_near(&p, "interrupts.per_s", 1209 + 400 + 5, 1e-9);
	probing_near(&p, "interrupts.device_per_s", 1209, 1e-9);
	probing_near(&p, "interrupts.cpu[71].per_s", 112, 1e-9);
	probing_near(&p, "interrupts.cpu[71].device_per_s", 7, 1e-9);
	probing_near(&p, "interrupts.cpu[71].timer_per_s", 100, 1e-9);
	probing_near(&p, "interrupts.cpu[71].ipi_per_s", 5, 1e-9);
	assert_non_null(interrupt_cpu(irqs_found(&p), 70));
	assert_null(interrupt_cpu(irqs_found(&p), 69));
	assert_null(interrupt_cpu(NULL, 1));
	probing_end(&p);
}

/* A count of 32 bits that passes its end goes on; one that went back for another reason says nothing. */
static void test_counters_that_wrap_and_that_begin_anew(void **state)
{
	struct probing p = irqs_begin(0);

	(void)state;
	irqs_count(&p, IRQ_HEADER " 24: 4294967290          0          0          0  PCI-MSI 1-edge      a\n"
			  " 25:      50000          0          0          0  PCI-MSI 2-edge      b\n"
			  " 26:     900000     900000          0          0  PCI-MSI 3-edge      c\n");
	irqs_count(&p, IRQ_HEADER " 24:         14          0          0          0  PCI-MSI 1-edge      a\n"
			  " 25:          2          0          0          0  PCI-MSI 2-edge      b\n"
			  " 26:          7     900100          0          0  PCI-MSI 3-edge      c\n");
	probing_near(&p, "interrupts.irq[24].per_s", 20, 1e-9);
	probing_not(&p, "interrupts.irq[25].per_s", KNOWN_NOT_YET);
	probing_not(&p, "interrupts.irq[25].busiest", KNOWN_NOT_YET);
	probing_not(&p, "interrupts.irq[26].per_s", KNOWN_NOT_YET);
	probing_near(&p, "interrupts.cpu[0].per_s", 20, 1e-9);
	probing_near(&p, "interrupts.cpu[1].per_s", 0, 0);
	irqs_count(&p, IRQ_HEADER " 24:         14          0          0          0  PCI-MSI 1-edge      a\n"
			  " 25:         12          0          0          0  PCI-MSI 2-edge      b\n"
			  " 26:          7     900100          0          0  PCI-MSI 3-edge      c\n");
	probing_near(&p, "interrupts.irq[25].per_s", 10, 1e-9);
	probing_end(&p);
}

static void test_lines_come_and_go(void **state)
{
	struct probing p = irqs_begin(0);

	(void)state;
	irqs_count(&p, IRQ_HEADER " 24:        100          0          0          0  PCI-MSI 1-edge      a\n"
			  " 30:        100          0          0          0  PCI-MSI 2-edge      b\n"
			  "NMI:          0          0          0          0   Non-maskable interrupts\n"
			  "LOC:          7          8          9         10   Local timer interrupts\n");
	irqs_count(&p, IRQ_HEADER " 25:       5000          0          0          0  PCI-MSI 7-edge      new\n"
			  " 30:        150          0          0          0  PCI-MSI 2-edge      b\n"
			  "LOC:         17          8          9         10   Local timer interrupts\n"
			  "NMI:          1          0          0          0   Non-maskable interrupts\n");
	probing_not(&p, "interrupts.irq[25].per_s", KNOWN_NOT_YET);
	probing_near(&p, "interrupts.irq[30].per_s", 50, 1e-9);
	probing_near(&p, "interrupts.irq[LOC].per_s", 10, 1e-9);
	probing_near(&p, "interrupts.irq[NMI].per_s", 1, 1e-9);
	probing_near(&p, "interrupts.cpu[0].per_s", 61, 1e-9);
	assert_int_equal(irqs_found(&p)->irq.n, 4);
	irqs_count(&p, IRQ_HEADER " 24:          1          0          0          0  PCI-MSI 1-edge      a\n"
			  " 25:       5500          0          0          0  PCI-MSI 7-edge      new\n"
			  " 30:        150          0          0          0  PCI-MSI 2-edge      b\n");
	probing_near(&p, "interrupts.irq[25].per_s", 500, 1e-9);
	probing_not(&p, "interrupts.irq[24].per_s", KNOWN_NOT_YET);
	probing_end(&p);
}

static void test_cpus_come_and_go(void **state)
{
	struct probing p = irqs_begin(0);

	(void)state;
	irqs_count(&p, "           CPU0       CPU1       CPU3       \n"
		   " 24:        100         50         70  PCI-MSI 1-edge      a\n"
		   "LOC:         10         10         10   Local timer interrupts\nERR:          5\n");
	irqs_count(&p, "           CPU0       CPU2       CPU3       \n"
		   " 24:        110       9000         73  PCI-MSI 1-edge      a\n"
		   "LOC:         20       8000         30   Local timer interrupts\nERR:          6\n");
	probing_near(&p, "interrupts.irq[24].per_s", 13, 1e-9);
	probing_says(&p, "interrupts.irq[24].landed", "CPU 0 10/s, CPU 3 3.0/s");
	probing_near(&p, "interrupts.irq[ERR].per_s", 1, 1e-9);
	probing_not(&p, "interrupts.cpu[2].per_s", KNOWN_NOT_YET);
	probing_near(&p, "interrupts.cpu[3].per_s", 23, 1e-9);
	assert_null(interrupt_cpu(irqs_found(&p), 1));
	irqs_count(&p, "           CPU0       CPU2       CPU3       \n"
		   " 24:        110       9004         73  PCI-MSI 1-edge      a\n"
		   "LOC:         20       8001         30   Local timer interrupts\nERR:          6\n");
	probing_near(&p, "interrupts.cpu[2].per_s", 5, 1e-9);
	probing_end(&p);
}

/* A folder's counters never move; 0 a second would be a lie. */
static void test_standing_still_is_not_quiet(void **state)
{
	struct probing p = irqs_begin(0);
	static const char text[] = IRQ_HEADER " 24:        100          0          0          0  PCI-MSI 1-edge      a\n"
					  "LOC:          7          8          9         10   Local timer interrupts\n";

	(void)state;
	sham_put(p.m, "/proc/softirqs", "                    CPU0       CPU1\n      NET_RX:          1          2\n");
	irqs_count(&p, text);
	irqs_count(&p, text);
	probing_not(&p, "interrupts.per_s", KNOWN_NOT_RECORDED);
	probing_not(&p, "interrupts.device_per_s", KNOWN_NOT_RECORDED);
	probing_not(&p, "interrupts.irq[24].per_s", KNOWN_NOT_RECORDED);
	probing_not(&p, "interrupts.irq[24].landed", KNOWN_NOT_RECORDED);
	probing_not(&p, "interrupts.cpu[1].timer_per_s", KNOWN_NOT_RECORDED);
	probing_not(&p, "interrupts.cpu[1].net_rx_per_s", KNOWN_NOT_RECORDED);
	probing_is(&p, "interrupts.irq[24].count", 100);
	probing_end(&p);
}

static void test_a_tick_too_soon_changes_nothing(void **state)
{
	struct probing p = irqs_begin(0);

	(void)state;
	irqs_count(&p, IRQ_HEADER "LOC:          7          8          9         10   Local timer interrupts\n");
	irqs_count(&p, IRQ_HEADER "LOC:         17          8          9         10   Local timer interrupts\n");
	sham_put(p.m, "/proc/interrupts", IRQ_HEADER "LOC:         17          8          9         10   x\n");
	sham_forward(p.m, 4000000);
	probing_tick(&p);
	probing_near(&p, "interrupts.per_s", 10, 1e-9);
	sham_put(p.m, "/proc/interrupts", IRQ_HEADER "LOC:        517          8          9         10   x\n");
	sham_forward(p.m, 996000000);
	probing_tick(&p);
	probing_near(&p, "interrupts.per_s", 500, 1e-9);
	probing_end(&p);
}

/* /proc/softirqs has a column for each CPU that could be, /proc/interrupts for those that are online. */
static void test_rounds_of_receiving(void **state)
{
	struct probing p = irqs_begin(0);

	(void)state;
	sham_put(p.m, "/proc/softirqs",
		"                    CPU0       CPU1       CPU2\n"
		"          HI:          1          2          3\n"
		"      NET_RX:        100       4294967290    7\n");
	irqs_count(&p, "           CPU1       CPU2       CPU3\nLOC:          1          1          1   x\n");
	probing_not(&p, "interrupts.cpu[1].net_rx_per_s", KNOWN_NOT_YET);
	sham_put(p.m, "/proc/softirqs",
		"                    CPU0       CPU1       CPU2\n"
		"          HI:          1          2          3\n"
		"      NET_RX:        900          4          9\n");
	irqs_count(&p, "           CPU1       CPU2       CPU3\nLOC:          2          1          1   x\n");
	probing_near(&p, "interrupts.cpu[1].net_rx_per_s", 10, 1e-9);
	probing_near(&p, "interrupts.cpu[2].net_rx_per_s", 2, 1e-9);
	probing_not(&p, "interrupts.cpu[3].net_rx_per_s", KNOWN_ABSENT);
	sham_error(p.m, "/proc/softirqs", -EACCES);
	irqs_count(&p, "           CPU1       CPU2       CPU3\nLOC:          3          1          1   x\n");
	probing_not(&p, "interrupts.cpu[1].net_rx_per_s", KNOWN_DENIED);
	sham_error(p.m, "/proc/softirqs", 0);
	sham_put(p.m, "/proc/softirqs",
		"                    CPU0       CPU1       CPU2\n"
		"      NET_RX:        900         44          2\n");
	irqs_count(&p, "           CPU1       CPU2       CPU3\nLOC:          5          1          1   x\n");
	probing_near(&p, "interrupts.cpu[1].net_rx_per_s", 20, 1e-9);
	probing_not(&p, "interrupts.cpu[2].net_rx_per_s", KNOWN_NOT_YET); /* it went back */
	probing_end(&p);
}

static void test_refused_and_back(void **state)
{
	struct probing p = irqs_begin(0);

	(void)state;
	probing_tick(&p);
	assert_null(irqs_found(&p));
	assert_int_equal(snapshot_block(p.snap, &probe_interrupts)->err, -ENOENT);
	irqs_count(&p, IRQ_HEADER "LOC:          7          8          9         10   Local timer interrupts\n");
	sham_error(p.m, "/proc/interrupts", -EACCES);
	irqs_count(&p, IRQ_HEADER "LOC:          7          8          9         10   Local timer interrupts\n");
	assert_int_equal(snapshot_block(p.snap, &probe_interrupts)->err, -EACCES);
	sham_error(p.m, "/proc/interrupts", 0);
	irqs_count(&p, IRQ_HEADER "LOC:         27          8          9         10   Local timer interrupts\n");
	probing_near(&p, "interrupts.per_s", 10, 1e-9); /* 20 in two seconds */
	probing_end(&p);
}

/* The large text is read less often, all of it, and right. */
static void test_a_large_machine_is_read_less_often(void **state)
{
	enum { CPUS = 512, LINES = 400 };
	struct probing p = irqs_begin(0);
	struct text t = text_begin();

	(void)state;
	text_add(&t, "     ");
	for (int i = 0; i < CPUS; i++)
		text_add(&t, "      CPU%-4d", i);
	for (int line = 0; line < LINES; line++) {
		text_add(&t, "\n%4d:", line);
		for (int i = 0; i < CPUS; i++)
			text_add(&t, " %10u", i == line ? 1000000 + line : 0);
		text_add(&t, "  IR-PCI-MSIX-0000:%02x:00.0 %4d-edge  nvme%dq%d", line / 64, line % 64, line / 64,
			line % 64);
	}
	sham_takes(p.m, "/proc/interrupts", 15000000);
	irqs_count(&p, t.bytes);
	assert_int_equal(irqs_found(&p)->irq.n, LINES);
	probing_is(&p, "interrupts.text_kib", t.len / 1024);
	probing_is(&p, "interrupts.every_ms", 1500);
	memcpy(strstr(t.bytes, "1000399"), "1000999", 7);
	sham_forget(p.m);
	irqs_count(&p, t.bytes);
	probing_not(&p, "interrupts.irq[399].per_s", KNOWN_NOT_YET);
	assert_int_equal(sham_reads(p.m, "/proc/interrupts"), 0);
	sham_takes(p.m, "/proc/interrupts", UINT64_C(70000000000)); /* somebody stopped us for a minute */
	sham_forward(p.m, UINT64_C(2985000000));
	probing_tick(&p);
	assert_int_equal(sham_reads(p.m, "/proc/interrupts"), 1);
	probing_near(&p, "interrupts.irq[399].per_s", 150, 1e-9);
	probing_is(&p, "interrupts.every_ms", t.len * 800 / 1000000);
	probing_is(&p, "interrupts.irq[399].busiest", 399);
	probing_says(&p, "interrupts.irq[399].device", "0000:06:00.0");
	/* who asks for everything gets it */
	sham_takes(p.m, "/proc/interrupts", 0);
	p.want.everything = true;
	irqs_count(&p, t.bytes);
	memcpy(strstr(t.bytes, "1000398"), "1000998", 7);
	irqs_count(&p, t.bytes);
	probing_near(&p, "interrupts.irq[398].per_s", 600, 1e-9);
	text_end(&t, NULL);
	probing_end(&p);
}

/* What it needs is tested elsewhere. */
static char *own_part(const struct snapshot *snap)
{
	char *json = report_json(snap), *ret = xstrdup(strstr(json, "\"interrupts\""));

	free(json);
	return ret;
}

static char *run(uint64_t nth, int error, uint64_t *ret_calls)
{
	struct sham *m = sham_new();
	struct want want = {.everything = true};
	struct host *failing;
	struct sampler *s;
	char bad[64], *json = NULL;

	sham_put(m, "/proc/softirqs", "                    CPU0       CPU1\n      NET_RX:          1          2\n");
	sham_put(m, "/sys/bus/pci/devices/0000:00:1b.0/irq", "24\n");
	sham_put(m, "/proc/irq/24/smp_affinity_list", "0-1\n");
	sham_put(m, "/proc/irq/24/effective_affinity_list", "1\n");
	sham_put(m, "/proc/irq/24/node", "0\n");
	assert_int_equal(failing_open(sham_host(m), nth, 1, error, &failing), 0);
	s = sampler_new(failing);
	assert_int_equal(sampler_only(s, "interrupts", bad), 0);
	for (unsigned i = 1; i <= 4; i++) {
		struct snapshot *snap;

		sham_put(m, "/proc/interrupts", "   CPU0   CPU1\n 24: %u 0  IO-APIC   4-edge      a\nLOC: 1 2 x\n",
			i * 7);
		sham_forward(m, 1000000000);
		snap = sampler_step(s, &want);
		free(json);
		json = own_part(snap);
		free(report_text(snap));
		snapshot_unref(snap);
		if (i == 2)
			*ret_calls = failing_calls(failing);
	}
	sampler_free(s);
	assert_int_equal(sham_kept(m), 0);
	sham_free(m);
	return json;
}

static void test_each_call_fails(void **state)
{
	static const int errors[] = {ENOENT, EACCES, EIO, EINVAL, ENODEV, EMFILE, ENODATA, EINTR};
	uint64_t calls = 0, others;
	char *fine = run(0, 0, &calls);

	(void)state;
	assert_true(calls > 10);
	for (uint64_t nth = 1; nth <= calls; nth++)
		for (size_t k = 0; k < COUNT(errors); k++) {
			char *json = run(nth, errors[k], &others);

			if (strcmp(json, fine) != 0)
				fail_msg("call %u with %s leaves\n%s", (unsigned)nth, errno_word(errors[k]), json);
			free(json);
		}
	free(fine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_tick_is_not_yet),
		cmocka_unit_test(test_where_they_land),
		cmocka_unit_test(test_counters_that_wrap_and_that_begin_anew),
		cmocka_unit_test(test_lines_come_and_go),
		cmocka_unit_test(test_cpus_come_and_go),
		cmocka_unit_test(test_standing_still_is_not_quiet),
		cmocka_unit_test(test_a_tick_too_soon_changes_nothing),
		cmocka_unit_test(test_rounds_of_receiving),
		cmocka_unit_test(test_refused_and_back),
		cmocka_unit_test(test_a_large_machine_is_read_less_often),
		cmocka_unit_test(test_each_call_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
