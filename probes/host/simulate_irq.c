/* Writes /proc/interrupts, /proc/softirqs and /proc/irq of a simulated machine. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/simulate_irq.h"

#include <stdio.h>

#include "probes/host/simulate_out.h"
#include "probes/util.h"

/* Every count that moves has ten digits, and room below the 4294967295 at which the kernel begins anew. */
#define COUNT_FROM UINT64_C(1000000000)

static unsigned packages(const struct model *m)
{
	return m->o.packages < IRQ_PACKAGES ? m->o.packages : IRQ_PACKAGES;
}

unsigned simulate_queues_each(const struct model *m)
{
	unsigned cpus = m->o.clean ? model_host_cores(m) * m->o.threads : m->o.cores;

	return !cpus ? 1 : cpus < IRQ_QUEUES_MOST ? cpus : IRQ_QUEUES_MOST;
}

unsigned simulate_queues(const struct model *m)
{
	return packages(m) * NDEVICES * simulate_queues_each(m);
}

/* Over the whole node, or where they disturb no guest. */
static unsigned queue_cpu(const struct model *m, unsigned package, unsigned number)
{
	unsigned host = model_host_cores(m), first = package * m->o.cores;

	if (!m->o.clean || !host)
		return first + number * (m->o.cores / simulate_queues_each(m));
	return first + number % host + number / host * m->o.packages * m->o.cores;
}

struct simulate_queue simulate_queue(const struct model *m, unsigned i)
{
	unsigned each = simulate_queues_each(m), device = i / each, package = device / NDEVICES, number = i % each;

	return (struct simulate_queue){.irq = IRQ_FIRST + i,
		.package = package,
		.cpu = queue_cpu(m, package, number),
		.device = (enum simulate_device)(device % NDEVICES),
		.number = number};
}

unsigned simulate_queue_rate(const struct model *m, unsigned i)
{
	struct simulate_queue q = simulate_queue(m, i);
	unsigned most = q.device == DEVICE_NIC0 ? 9000 : q.device == DEVICE_NVME ? 2500 : 40;

	return (m->busy[q.cpu] ? most / 2 : most / 10) + (unsigned)(model_random(m, i, 50) % (most / 2));
}

unsigned simulate_timer_rate(const struct model *m, unsigned cpu)
{
	return m->busy[cpu] ? 250 : 12 + (unsigned)(model_random(m, cpu, 51) % 20);
}

const char *simulate_timer_line(const struct model *m)
{
	return m->kind->arch == ARCH_ARM ? " 11" : "LOC";
}

static void queue_name(struct simulate_queue q, char *buf, size_t size)
{
	if (q.device == DEVICE_NVME)
		snprintf(buf, size, "nvme%uq%u", q.package, q.number);
	else
		snprintf(buf, size, "i40e-ens%uf%u-TxRx-%u", q.package + 1, q.device, q.number);
}

static void add_queue(const struct model *m, struct text *t, unsigned i)
{
	struct simulate_queue q = simulate_queue(m, i);
	bool arm = m->kind->arch == ARCH_ARM;
	char address[24], name[48];

	model_pci(q.package, q.device, address, sizeof address);
	queue_name(q, name, sizeof name);
	sim_text_add(t, "%4u:", q.irq);
	for (unsigned cpu = 0; cpu < m->ncpus; cpu++)
		sim_text_add(
			t, " %10ju", cpu == q.cpu ? (uintmax_t)(COUNT_FROM + model_random(m, i, 52) % COUNT_FROM) : 0);
	sim_text_add(t, arm ? "  ITS-PCI-MSIX-%s  %2u Edge      %s\n" : "  IR-PCI-MSIX-%s  %3u-edge      %s\n", address,
		q.number, name);
}

static void add_header(const struct model *m, struct text *t, int indent)
{
	sim_text_add(t, "%*s", indent, "");
	for (unsigned cpu = 0; cpu < m->ncpus; cpu++)
		sim_text_add(t, "CPU%-8u", cpu);
	sim_text_add(t, "\n");
}

/* A line whose counts are alike on all CPUs: none, or so many. */
static void add_line(
	const struct model *m, struct text *t, const char *name, bool moves, uint64_t what, const char *words)
{
	sim_text_add(t, "%4s:", name);
	for (unsigned cpu = 0; cpu < m->ncpus; cpu++)
		sim_text_add(
			t, " %10ju", moves ? (uintmax_t)(COUNT_FROM + model_random(m, cpu, what) % COUNT_FROM) : 0);
	sim_text_add(t, "%s\n", words);
}

static void write_interrupts(const struct model *m, struct out *o, int proc)
{
	bool arm = m->kind->arch == ARCH_ARM;
	struct text t = {0};

	add_header(m, &t, 12);
	if (arm) {
		add_line(m, &t, "11", true, 53, "     GICv3  27 Level     arch_timer");
	} else {
		add_line(m, &t, "0", false, 0, "  IR-IO-APIC    2-edge      timer");
		add_line(m, &t, "8", false, 0, "  IR-IO-APIC    8-edge      rtc0");
		add_line(m, &t, "9", false, 0, "  IR-IO-APIC    9-fasteoi   acpi");
	}
	for (unsigned i = 0; i < simulate_queues(m); i++)
		add_queue(m, &t, i);
	if (arm) {
		add_line(m, &t, "IPI0", true, 54, "       Rescheduling interrupts");
		add_line(m, &t, "IPI1", true, 55, "       Function call interrupts");
		sim_text_add(&t, " Err:          0\n");
	} else {
		add_line(m, &t, "NMI", false, 0, "   Non-maskable interrupts");
		add_line(m, &t, "LOC", true, 53, "   Local timer interrupts");
		add_line(m, &t, "RES", true, 54, "   Rescheduling interrupts");
		add_line(m, &t, "CAL", true, 55, "   Function call interrupts");
		add_line(m, &t, "TLB", false, 0, "   TLB shootdowns");
		sim_text_add(&t, " ERR:          0\n MIS:          0\n");
		add_line(m, &t, "PIN", false, 0, "   Posted-interrupt notification event");
		add_line(m, &t, "PIW", false, 0, "   Posted-interrupt wakeup event");
	}
	out_text(o, proc, "interrupts", t.at, t.len);
	text_free(&t);
}

static void write_softirqs(const struct model *m, struct out *o, int proc)
{
	static const char *const names[] = {"HI", "TIMER", "NET_TX", "NET_RX", "BLOCK", "SCHED", "RCU"};
	struct text t = {0};

	add_header(m, &t, 20);
	for (size_t i = 0; i < COUNT(names); i++) {
		sim_text_add(&t, "%12s:", names[i]);
		for (unsigned cpu = 0; cpu < m->ncpus; cpu++)
			sim_text_add(&t, " %10ju",
				i ? (uintmax_t)(COUNT_FROM + model_random(m, cpu, 60 + i) % COUNT_FROM) : 0);
		sim_text_add(&t, "\n");
	}
	out_text(o, proc, "softirqs", t.at, t.len);
	text_free(&t);
}

static void write_places(const struct model *m, struct out *o, int proc)
{
	int all = out_dir(o, proc, "irq");
	unsigned cores = m->o.clean && model_host_cores(m) ? model_host_cores(m) : m->o.cores;
	char list[4096];

	for (unsigned i = 0; i < simulate_queues(m) && !o->err; i++) {
		struct simulate_queue q = simulate_queue(m, i);
		int dir = out_dir(o, all, "%u", q.irq);

		model_list(m, q.package * m->o.cores, cores, list, sizeof list);
		out_line(o, dir, "smp_affinity_list", "%s", list);
		out_line(o, dir, "effective_affinity_list", "%u", q.cpu);
		out_line(o, dir, "node", "%u", q.package);
		out_close(dir);
	}
	out_close(all);
}

void simulate_irqs(const struct model *m, struct out *o, int proc)
{
	write_interrupts(m, o, proc);
	write_softirqs(m, o, proc);
	write_places(m, o, proc);
}
