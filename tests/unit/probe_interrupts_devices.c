/* Tests the interrupts of whole devices: their rates, where they land together, and what of that cannot be told. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/lib/sham_irqs.h"

#define NIC_LINES(a, b, c, d) \
	IRQ_HEADER " 24:      " a "        5          0          0  IR-PCI-MSIX-0000:81:00.0 0-edge      eth0-rx-0\n" \
	       " 25:        100      " b "          0          0  IR-PCI-MSIX-0000:81:00.0 1-edge      eth0-rx-1\n" \
	       " 26:          0          0        " c "          0  IR-PCI-MSIX-0000:81:00.0 2-edge      eth0-rx-2\n" \
	       " 27:          0          0          0        " d "  IR-PCI-MSIX-0000:02:00.0 0-edge      nvme0q0\n" \
	       " 28:          0          0          0          0  IR-PCI-MSIX-0000:81:00.0 3-edge      eth0\n"

static void place(struct probing *p, unsigned irq, const char *file, const char *text)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/irq/%u/%s", irq, file);
	sham_put(p->m, path, "%s\n", text);
}

/* Each queue has a line, and what counts is where all of them land: here most of them on CPU 0. */
static void test_the_interrupts_of_a_device(void **state)
{
	struct probing p = irqs_begin(4);

	(void)state;
	for (unsigned irq = 24; irq < 28; irq++) {
		place(&p, irq, "node", irq < 27 ? "1" : "-1");
		place(&p, irq, "effective_affinity_list", irq == 24 ? "0" : irq == 25 ? "1" : "2");
	}
	irqs_count(&p, NIC_LINES("1000", "1000", "100", "10"));
	probing_not(&p, "interrupts.device[0000:81:00.0].per_s", KNOWN_NOT_YET);
	probing_not(&p, "interrupts.device[0000:81:00.0].busiest_pct", KNOWN_NOT_YET);
	probing_is(&p, "interrupts.device[0000:81:00.0].lines", 3); /* the fourth never came */
	irqs_count(&p, NIC_LINES("1750", "1100", "250", "10"));
	probing_is(&p, "interrupts.device[0000:81:00.0].lines", 3);
	probing_is(&p, "interrupts.device[0000:81:00.0].active", 3);
	probing_near(&p, "interrupts.device[0000:81:00.0].per_s", 1000, 1e-9);
	probing_is(&p, "interrupts.device[0000:81:00.0].busiest", 0);
	probing_near(&p, "interrupts.device[0000:81:00.0].busiest_pct", 75, 1e-9);
	probing_words(&p, "interrupts.device[0000:81:00.0].sent", "0-2");
	probing_is(&p, "interrupts.device[0000:81:00.0].node", 1);
	/* CPU 0 and 1 are of node 0 */
	probing_near(&p, "interrupts.device[0000:81:00.0].elsewhere_pct", 85, 1e-9);
	probing_not(&p, "interrupts.device[0000:81:00.0].managed", KNOWN_ABSENT);
	/* quiet is no share of anything */
	probing_is(&p, "interrupts.device[0000:02:00.0].active", 0);
	probing_near(&p, "interrupts.device[0000:02:00.0].per_s", 0, 0);
	probing_not(&p, "interrupts.device[0000:02:00.0].busiest_pct", KNOWN_ABSENT);
	probing_not(&p, "interrupts.device[0000:02:00.0].sent", KNOWN_ABSENT);
	probing_not(&p, "interrupts.device[0000:02:00.0].node", KNOWN_ABSENT);
	assert_non_null(interrupt_device(irqs_found(&p), "0000:81:00.0"));
	assert_null(interrupt_device(irqs_found(&p), "0000:81:00.1"));
	assert_null(interrupt_device(irqs_found(&p), NULL));
	assert_null(interrupt_device(NULL, "0000:81:00.0"));
	probing_end(&p);
}

/* A line that comes and one that goes shift the others; one that the kernel places is enough to say so. */
static void test_lines_of_a_device_come_and_go(void **state)
{
	struct probing p = irqs_begin(0);

	(void)state;
	place(&p, 25, "node", "0");
	irqs_count(&p, IRQ_HEADER " 20: 1 0 0 0 IR-PCI-MSIX-0000:02:00.0 0-edge a\n 25: 0 0 0 7 IR-PCI-MSIX-0000:81:00.0 0-edge b\n");
	sham_put(p.m, "/sys/kernel/debug/irq/irqs/23", "dstate: 0\n");
	sham_put(p.m, "/sys/kernel/debug/irq/irqs/25", "dstate: 0\n            IRQD_AFFINITY_MANAGED\n");
	irqs_count(&p, IRQ_HEADER " 22: 1 0 0 0 IR-PCI-MSIX-0000:02:00.0 0-edge a\n 23: 5 0 0 0 IR-PCI-MSIX-0000:81:00.0 1-edge c\n"
			  " 25: 0 0 0 47 IR-PCI-MSIX-0000:81:00.0 0-edge b\n");
	probing_near(&p, "interrupts.device[0000:81:00.0].per_s", 40, 1e-9);
	probing_is(&p, "interrupts.device[0000:81:00.0].busiest", 3);
	probing_near(&p, "interrupts.device[0000:81:00.0].busiest_pct", 100, 1e-9);
	probing_not(&p, "interrupts.device[0000:81:00.0].elsewhere_pct", KNOWN_ABSENT); /* no topology */
	p.want.everything = true;
	irqs_count(&p, IRQ_HEADER " 23: 5 0 0 0 IR-PCI-MSIX-0000:81:00.0 1-edge c\n 25: 0 0 0 47 IR-PCI-MSIX-0000:81:00.0 0-edge b\n");
	probing_is(&p, "interrupts.device[0000:81:00.0].managed", 1);
	assert_null(interrupt_device(irqs_found(&p), "0000:02:00.0"));
	sham_put(p.m, "/sys/kernel/debug/irq/irqs/25", "dstate: 0\n");
	irqs_count(&p, IRQ_HEADER " 23: 5 0 0 0 IR-PCI-MSIX-0000:81:00.0 1-edge c\n 25: 0 0 0 48 IR-PCI-MSIX-0000:81:00.0 0-edge b\n");
	probing_is(&p, "interrupts.device[0000:81:00.0].managed", 0);
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_interrupts_of_a_device),
		cmocka_unit_test(test_lines_of_a_device_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
