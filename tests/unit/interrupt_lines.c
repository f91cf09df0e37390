/* Tests what lines of /proc/interrupts mean on every kind of machine, and where interrupts may land. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/report.h"
#include "probes/text.h"
#include "probes/util.h"
#include "tests/lib/sham_irqs.h"

/* Each as some kernel prints it behind the counts. */
static void test_tails(void **state)
{
	static const struct {
		const char *tail, *chip, *action, *kind;
	} rows[] = {
		{"  IO-APIC   2-edge      timer", "IO-APIC", "timer", "timer"},
		{"  IO-APIC   9-fasteoi   acpi", "IO-APIC", "acpi", "device"},
		{" IR-PCI-MSIX-0000:af:00.0    7-edge      nvme0q7", "IR-PCI-MSIX-0000:af:00.0", "nvme0q7", "device"},
		{"  IO-APIC  10-fasteoi   virtio10, ehci_hcd:usb1", "IO-APIC", "virtio10, ehci_hcd:usb1", "device"},
		{"   PCI-MSI-edge      eth0-TxRx-0", "PCI-MSI-edge", "eth0-TxRx-0", "device"},
		{"  Hyper-V PCIe MSI 1234-edge      mlx5_comp3@pci:0000:3b:00.0", "Hyper-V PCIe MSI",
			"mlx5_comp3@pci:0000:3b:00.0", "device"},
		{"     GICv3  27 Level     arch_timer", "GICv3", "arch_timer", "timer"},
		{"   ITS-MSI 524288 Edge      0000:00:10.0", "ITS-MSI", "0000:00:10.0", "device"},
		{" 48055000.gpio   4 Edge      tps65217", "48055000.gpio", "tps65217", "device"},
		{"      XICS 524288 Edge      host1-0-0", "XICS", "host1-0-0", "device"},
		{"  DMAR-MSI   0-edge      dmar0", "DMAR-MSI", "dmar0", "device"},
		{"  HPET-MSI   3-edge      hpet3", "HPET-MSI", "hpet3", "timer"},
		{"         -          eth7", NULL, "eth7", "device"},
		{"      None                  ", NULL, NULL, "device"},
		{"  IO-APIC   2-edge", "IO-APIC", NULL, "device"},
		{"", NULL, NULL, "device"},
		{"  PCI-MSI 3-edge      PCIe PME, aerdrv, pciehp", "PCI-MSI", "PCIe PME, aerdrv, pciehp", "device"},
		{"  IO-SAPIC-level  ehci", "IO-SAPIC-level", "ehci", "device"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct probing p = irqs_begin(0);
		const struct interrupt *row;
		char text[256];

		snprintf(text, sizeof(text), "   CPU0   CPU1\n%3zu: %10u %10u%s\n", i, 1, 0, rows[i].tail);
		irqs_count(&p, text);
		row = irqs_found(&p)->irq.row;
		assert_int_equal(irqs_found(&p)->irq.n, 1);
		if (!rows[i].chip != !value_known(row->chip) || !rows[i].action != !value_known(row->action))
			fail_msg("\"%s\": chip %s, action %s", rows[i].tail, value_text_or(row->chip, "none"),
				value_text_or(row->action, "none"));
		if (rows[i].chip)
			assert_string_equal(row->chip.text, rows[i].chip);
		if (rows[i].action)
			assert_string_equal(row->action.text, rows[i].action);
		assert_string_equal(row->kind.text, rows[i].kind);
		probing_end(&p);
	}
}

static void test_other_machines(void **state)
{
	struct probing p = irqs_begin(0);

	(void)state;
	/* s390 */
	irqs_count(&p,
		"                    CPU0       CPU1       \nEXT:        100        200\nI/O:         10         20\n"
		"AIO:          0          0\nCLK:          5          6      [EXT] Clock Comparator\n"
		"EXC:          1          0      [EXT] External Call\nNMI:          0          0      [NMI] Machine "
		"Check\n");
	probing_says(&p, "interrupts.irq[CLK].kind", "timer");
	probing_says(&p, "interrupts.irq[EXC].kind", "IPI");
	probing_says(&p, "interrupts.irq[I/O].kind", "other");
	probing_not(&p, "interrupts.irq[EXT].action", KNOWN_ABSENT);
	probing_not(&p, "interrupts.errors", KNOWN_ABSENT);
	/* arm64 */
	irqs_count(&p, "           CPU0       CPU1       \n 11:        100        200     GICv3  27 Level     arch_timer\n"
		   "IPI0:        12         34       Rescheduling interrupts\n"
		   "IPI1:         1          2       Function call interrupts\nErr:          9\n");
	probing_says(&p, "interrupts.irq[IPI0].kind", "IPI");
	probing_says(&p, "interrupts.irq[IPI0].action", "Rescheduling interrupts");
	probing_is(&p, "interrupts.irq[IPI1].count", 3);
	probing_is(&p, "interrupts.errors", 9);
	/* ppc64 */
	irqs_count(&p, "           CPU0       CPU8       \n 16:        100        200  XIVE-IRQ   0 Edge      IPI-0\n"
		   "LOC:         12         34   Local timer interrupts for timer event device\n"
		   "BCT:          1          2   Broadcast timer interrupts for timer event device\nDBL:          1    "
		   "    "
		   "  1   Doorbell interrupts\n");
	probing_says(&p, "interrupts.irq[16].kind", "IPI");
	probing_says(&p, "interrupts.irq[DBL].kind", "IPI");
	probing_end(&p);
}

static void test_one_cpu(void **state)
{
	struct probing p = irqs_begin(0);

	(void)state;
	irqs_count(&p, "           CPU0       \n  0:         40   IO-APIC   2-edge      timer\nNMI:          0\n"
		   "LOC:          7   Local timer interrupts\nERR:          4\nMIS:          0\n");
	irqs_count(&p, "           CPU0       \n  0:         50   IO-APIC   2-edge      timer\nNMI:          0\n"
		   "LOC:          9   Local timer interrupts\nERR:          5\nMIS:          0\n");
	probing_says(&p, "interrupts.irq[0].kind", "timer");
	probing_near(&p, "interrupts.cpu[0].per_s", 12, 1e-9);
	probing_near(&p, "interrupts.irq[ERR].per_s", 1, 1e-9);
	probing_not(&p, "interrupts.irq[ERR].cpus", KNOWN_ABSENT);
	probing_is(&p, "interrupts.errors", 5);
	probing_end(&p);
}

/* What cannot be understood is left out, or the whole is broken: nothing is guessed. */
static void test_odd_texts(void **state)
{
	static const char *const broken[] = {"", "\n", " 24: 1 2 PCI-MSI\n", "CPU0 CPU0\n", "CPU1 CPU0\n", "CPUx\n",
		"           CPU0       CPU99999999\n", "   CPU0 24:\n", "CPU\n"};
	struct probing p = irqs_begin(0);

	(void)state;
	for (size_t i = 0; i < COUNT(broken); i++) {
		irqs_count(&p, broken[i]);
		if (snapshot_block(p.snap, &probe_interrupts)->err != -EINVAL)
			fail_msg("\"%s\" was taken", broken[i]);
	}
	irqs_count(&p, "   CPU0   CPU1\n 24: 1 2 A 1-edge a\n 24: 3 4 A 1-edge again\n 23: 1 1 A 1-edge back\n"
		   "LOC: 1 2 x\nLOC: 3 4 again\n 30: 1 1 A 1-edge late\nno colon\n: 1 2\n"
		   "A name that is much too long for an interrupt: 1 2\nXYZ: 1 two three\nTHR: 1 2");
	assert_int_equal(irqs_found(&p)->irq.n, 4);
	probing_is(&p, "interrupts.irq[24].count", 3);
	probing_is(&p, "interrupts.irq[LOC].count", 3);
	probing_is(&p, "interrupts.irq[XYZ].count", 1); /* one count: of the whole host */
	probing_is(&p, "interrupts.irq[THR].count", 3);
	irqs_count(&p, "   CPU0   CPU1   CPU2\n 24: 1 2 A 1-edge cut short\n 25: 1 2");
	assert_int_equal(irqs_found(&p)->irq.n, 0);
	sham_bytes(p.m, "/proc/interrupts", "   CPU0\n 2\0: 1\n 25: 7\0 8\n\xff: 1\n", 27);
	sham_forward(p.m, 1000000000);
	probing_tick(&p);
	probing_is(&p, "interrupts.irq[25].count", 7);
	free(report_json(p.snap));
	free(report_text(p.snap));
	probing_end(&p);
}

#define LINE(number, count) "%3u: %10u %10u  IO-APIC   4-edge      a%u\n", number, count, 0, number

static void lines(struct probing *p, unsigned first, unsigned n, unsigned count)
{
	struct text t = text_begin();

	text_add(&t, "           CPU0       CPU1\n");
	for (unsigned i = first; i < first + n; i++)
		text_add(&t, LINE(i, count));
	irqs_count(p, t.bytes);
	text_end(&t, NULL);
}

static void put_places(struct probing *p, unsigned irq, const char *may, const char *sent)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/irq/%u/smp_affinity_list", irq);
	sham_put(p->m, path, "%s\n", may);
	snprintf(path, sizeof(path), "/proc/irq/%u/effective_affinity_list", irq);
	sham_put(p->m, path, "%s\n", sent);
	snprintf(path, sizeof(path), "/proc/irq/%u/node", irq);
	sham_put(p->m, path, "-1\n");
}

/* Places are read of interrupts that fire, every ten seconds, and of no others. */
static void test_places(void **state)
{
	struct probing p = irqs_begin(0);

	(void)state;
	put_places(&p, 24, "0-1", "1");
	put_places(&p, 25, "0", "");
	lines(&p, 24, 2, 5);
	probing_says(&p, "interrupts.irq[24].affinity", "0-1");
	probing_says(&p, "interrupts.irq[24].effective", "1");
	probing_not(&p, "interrupts.irq[24].node", KNOWN_ABSENT); /* the kernel's -1 is no node */
	probing_not(&p, "interrupts.irq[24].managed", KNOWN_ABSENT);
	put_places(&p, 24, "0", "0");
	lines(&p, 24, 2, 6);
	probing_says(&p, "interrupts.irq[24].effective", "1"); /* of a second ago */
	assert_int_equal(probing_value(&p, "interrupts.irq[24].effective").age_ds, 10);
	sham_forward(p.m, UINT64_C(9000000000));
	lines(&p, 24, 2, 7);
	probing_says(&p, "interrupts.irq[24].effective", "0");
	put_places(&p, 24, "1", "1");
	sham_forward(p.m, UINT64_C(60000000000));
	lines(&p, 24, 2, 7);
	probing_says(&p, "interrupts.irq[24].effective", "0"); /* it does not fire */
	lines(&p, 24, 2, 8);
	probing_says(&p, "interrupts.irq[24].effective", "1");
	lines(&p, 24, 2, 0);
	sham_forget(p.m);
	lines(&p, 30, 2, 0);
	probing_not(&p, "interrupts.irq[30].affinity", KNOWN_SKIPPED);
	assert_int_equal(sham_reads(p.m, "smp_affinity_list"), 0);
	put_places(&p, 30, "0-1", "0");
	lines(&p, 30, 2, 1);
	probing_says(&p, "interrupts.irq[30].affinity", "0-1");
	p.want.everything = true;
	put_places(&p, 31, "0", "0");
	lines(&p, 31, 2, 0);
	probing_says(&p, "interrupts.irq[31].affinity", "0");
	probing_end(&p);
}

static void test_places_that_are_refused(void **state)
{
	struct probing p = irqs_begin(0);

	(void)state;
	put_places(&p, 24, "0-1", "1");
	sham_error(p.m, "/proc/irq/24/smp_affinity_list", -EACCES);
	sham_put(p.m, "/proc/irq/24/effective_affinity_list", "nonsense\n");
	sham_error(p.m, "/proc/irq/24/node", -EIO);
	sham_put(p.m, "/sys/kernel/debug/irq/irqs/24", "handler: edge\nIRQD_AFFINITY_MANAGED\n");
	sham_put(p.m, "/sys/kernel/debug/irq/irqs/25", "handler: edge\n");
	lines(&p, 24, 2, 5);
	probing_not(&p, "interrupts.irq[24].affinity", KNOWN_DENIED);
	probing_not(&p, "interrupts.irq[24].effective", KNOWN_BROKEN);
	probing_not(&p, "interrupts.irq[24].node", KNOWN_BROKEN);
	probing_is(&p, "interrupts.irq[24].managed", 1);
	probing_is(&p, "interrupts.irq[25].managed", 0);
	probing_not(&p, "interrupts.irq[25].affinity", KNOWN_ABSENT);
	probing_end(&p);
}

/* Thousands of interrupts are looked at in turns, and in the end all of them. */
static void test_places_in_turns(void **state)
{
	enum { LINES = 500 };
	struct probing p = irqs_begin(0);
	unsigned known = 0;

	(void)state;
	for (unsigned i = 0; i < LINES; i++)
		put_places(&p, 24 + i, "0-1", "1");
	for (unsigned tick = 1; tick <= 4; tick++) {
		sham_forget(p.m);
		lines(&p, 24, LINES, tick);
		assert_true(sham_reads(p.m, "smp_affinity_list") <= 128);
	}
	for (unsigned i = 0; i < LINES; i++)
		known += value_known(probing_value(&p, "interrupts.irq[%u].affinity", 24 + i));
	assert_int_equal(known, LINES);
	probing_end(&p);
}

static void device_is(struct probing *p, const char *irq, const char *address, unsigned rung)
{
	struct value v = probing_value(p, "interrupts.irq[%s].device", irq);

	if (!address) {
		assert_int_equal(v.known, KNOWN_ABSENT);
		return;
	}
	assert_true(value_known(v));
	assert_string_equal(v.text, address);
	assert_int_equal(v.src, rung);
}

static const char device_lines[] =
	"           CPU0\n"
	" 16:          1  IO-APIC  16-fasteoi   ehci_hcd:usb1, nvidia\n 17:          1  IO-APIC  17-fasteoi   snd\n"
	" 24:          1  IR-PCI-MSIX-10000:e1:00.0   3-edge      nvme3q3\n"
	" 25:          1  PCI-MSI-edge      mlx5_comp0@pci:0000:3b:00.1\n"
	" 26:          1  IR-PCI-MSI 12582913-edge      i40e-ens1f0-TxRx-1\n"
	" 27:          1  PCI-MSI-edge      eth0\n 28:          1  DMAR-MSI 4096-edge      dmar0\n"
	" 29:          1  IO-APIC   9-fasteoi   acpi\nLOC:          1   Local timer interrupts\n";

static void test_devices(void **state)
{
	struct probing p = irqs_begin(0);

	(void)state;
	sham_put(p.m, "/sys/bus/pci/devices/0000:04:00.0/msi_irqs/27", "msix\n");
	sham_put(p.m, "/sys/bus/pci/devices/0000:04:00.0/irq", "29\n");
	sham_put(p.m, "/sys/bus/pci/devices/0000:00:1a.0/irq", "16\n");
	sham_put(p.m, "/sys/bus/pci/devices/0000:65:00.0/irq", "16\n");
	sham_put(p.m, "/sys/bus/pci/devices/0000:00:1b.0/irq", "17\n");
	sham_put(p.m, "/sys/bus/pci/devices/0000:00:1c.0/irq", "0\n");
	sham_put(p.m, "/sys/bus/pci/devices/nonsense/irq", "29\n");
	irqs_count(&p, device_lines);
	device_is(&p, "16", NULL, 0); /* shared: nobody's */
	device_is(&p, "17", "0000:00:1b.0", 4);
	device_is(&p, "24", "10000:e1:00.0", 0);
	device_is(&p, "25", "0000:3b:00.1", 1);
	device_is(&p, "26", "0000:18:00.0", 2);
	device_is(&p, "27", "0000:04:00.0", 3);
	device_is(&p, "28", NULL, 0);
	device_is(&p, "29", NULL, 0);
	device_is(&p, "LOC", NULL, 0);
	probing_end(&p);
}

/* Devices are asked when an interrupt came that was not there, not each tick. */
static void test_devices_are_asked_seldom(void **state)
{
	struct probing p = irqs_begin(0);

	(void)state;
	sham_put(p.m, "/sys/bus/pci/devices/0000:00:1b.0/irq", "24\n");
	lines(&p, 24, 1, 1);
	device_is(&p, "24", "0000:00:1b.0", 4);
	sham_forget(p.m);
	for (unsigned i = 2; i < 20; i++)
		lines(&p, 24, 1, i);
	assert_int_equal(sham_reads(p.m, "0000:00:1b.0/irq"), 0);
	sham_put(p.m, "/sys/bus/pci/devices/0000:00:1c.0/irq", "25\n");
	lines(&p, 24, 2, 20);
	device_is(&p, "24", "0000:00:1b.0", 4);
	device_is(&p, "25", "0000:00:1c.0", 4);
	assert_int_equal(sham_reads(p.m, "0000:00:1b.0/irq"), 1);
	sham_remove(p.m, "/sys/bus/pci/devices");
	lines(&p, 24, 3, 20);
	device_is(&p, "25", "0000:00:1c.0", 4); /* not again within ten seconds */
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tails),
		cmocka_unit_test(test_other_machines),
		cmocka_unit_test(test_one_cpu),
		cmocka_unit_test(test_odd_texts),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_places_that_are_refused),
		cmocka_unit_test(test_places_in_turns),
		cmocka_unit_test(test_devices),
		cmocka_unit_test(test_devices_are_asked_seldom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
