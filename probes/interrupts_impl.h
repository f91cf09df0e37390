/* What the files of the interrupts probe share: the tables that two readings leave, and what is known of each line. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_INTERRUPTS_IMPL_H
#define PROBES_INTERRUPTS_IMPL_H

#include "probes/get.h"
#include "probes/interrupts.h"
#include "probes/pci_address.h"

enum { IRQ_NAME_SIZE = 24 };
#define IRQ_NAMED UINT32_MAX /* the number of a line whose name is none */
#define NO_COLUMN UINT32_MAX

/* A line of counters. */
struct irq_line {
	char name[IRQ_NAME_SIZE];
	uint32_t number;
	bool whole_host; /* one count, of no CPU: ERR, MIS */
	size_t first; /* place of its first count; a line has one for each column, unless it is of the whole host */
	uint64_t total;
	const char *tail; /* what stands behind the counts, in the arena of its tick; "" for nothing */
	uint64_t at_chip; /* its number at its chip; 0: not told */
	uint64_t asked_ns; /* when its places were read; 0: never */
};

/* What /proc/interrupts or /proc/softirqs said. Zeroed: nothing yet. */
struct irq_table {
	uint32_t *column; /* the CPU of each: only those that are online */
	size_t ncolumns, columns_room;
	struct irq_line *line; /* numbers rise, then the names */
	size_t nlines, lines_room;
	uint32_t *count; /* as the kernel counts them: modulo 2^32 */
	size_t ncounts, counts_room;
	uint64_t ns; /* of the tick that read it; 0: never */
};

/* Reads it into t, whose memory is used again. -EINVAL when it has no header that names CPUs. */
int irq_table_read(struct irq_table *t, struct arena *a, const char *text, size_t len);
void irq_table_free(struct irq_table *t);
/* The same line in the older table, or NULL; *hint is where to look first, and moves on. */
const struct irq_line *irq_table_find(const struct irq_table *old, const struct irq_line *line, size_t *hint);
/* For each column of now the one of that CPU in old, or NO_COLUMN; NULL when they are the same. */
const uint32_t *irq_table_columns(struct arena *a, const struct irq_table *old, const struct irq_table *now);

#define WRAP_MOST_PER_S 4e6 /* a counter of 32 bits that went back further than this explains began anew */

enum irq_kind { KIND_DEVICE, KIND_TIMER, KIND_IPI, KIND_OTHER, NKINDS };

/* What one interval added. */
struct irq_added {
	const struct irq_table *old, *now;
	const uint32_t *columns; /* see irq_table_columns() */
	double seconds; /* 0: there was no reading before */
	uint64_t *cpu; /* for each column NKINDS sums */
	uint64_t all; /* everything: where it is 0 nothing was recorded */
	uint64_t kind[NKINDS];
};

enum irq_kind irq_kind_of(const struct irq_line *line, const char *action);
/* Chip and action of a line that has a number; gives the action, "" for none. */
const char *irq_split_tail(struct arena *a, struct irq_line *line, struct interrupt *row);
/* Adds what came since then, and says in the row where it landed. */
void irq_add(struct irq_added *ad, struct arena *a, const struct irq_line *was, const struct irq_line *line,
	enum irq_kind kind, struct interrupt *row);

/* Which device raises an interrupt, as far as its chip does not say it. */
struct irq_device {
	uint32_t number;
	uint8_t src; /* rung of interrupt.device */
	char address[PCI_ADDRESS_SIZE];
};

struct irq_devices {
	struct irq_device *device; /* by rising number */
	size_t n, room;
	uint64_t ns; /* when they were listed; 0: never */
	bool stale; /* interrupts came since then */
};

struct interrupts_state {
	struct kept interrupts, softirqs;
	struct irq_table old, now, soft_old, soft_now;
	struct irq_devices devices;
	uint64_t every_ns;
	size_t turn; /* the line whose places are looked at next */
	uint64_t no_debugfs_ns; /* when the kernel's debugging files were not there */
	int no_debugfs; /* and why */
};

enum { RUNG_CHIP, RUNG_ACTION, RUNG_NUMBER, RUNG_MSI, RUNG_LINE }; /* of interrupt.device */

/* The PCI address in a text, "IR-PCI-MSIX-0000:af:00.0", or nothing. */
struct slice interrupts_pci_address(const char *text);
/* Where each line's interrupts come from and may go: reads what is due, for rows that were made from st->now. */
void interrupt_places(const struct tick *t, struct interrupts_state *st, struct interrupt *rows);
/* The rows of devices, for lines whose rates and places are filled in. */
void interrupt_devices(const struct tick *t, const struct interrupts_state *st, const struct irq_added *ad,
	const struct interrupt *rows, struct rows *ret);

enum { NINTERRUPT_FIELDS = 15, NINTERRUPT_DEVICE_FIELDS = 10, NINTERRUPT_CPU_FIELDS = 6, NINTERRUPTS_FIELDS = 5 };
extern const struct field interrupt_fields[NINTERRUPT_FIELDS];
extern const struct field interrupt_device_fields[NINTERRUPT_DEVICE_FIELDS];
extern const struct field interrupt_cpu_fields[NINTERRUPT_CPU_FIELDS];
extern const struct field interrupts_fields[NINTERRUPTS_FIELDS];

#endif
