/* The guests that run on this host, as checks of pins, waits and memory look at them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_CHECKS_HERE_H
#define PROBES_CHECKS_HERE_H

#include "probes/checks/run.h"
#include "probes/cpuset.h"
#include "probes/guests.h"
#include "probes/placement.h"
#include "probes/threads.h"

struct block_disk;

/* The guests, when some run here; else NULL, and the verdict is noted: none runs, or it is not known. */
const struct placement *here_guests(struct check_run *r);
/* " (1 of them paused)", behind how many guests there are; "" where none is. */
const char *here_paused(struct check_run *r, const struct placement *p);
/* Were its threads found? One that runs and whose threads were not is noted as unknown. */
bool here_joined(struct check_run *r, const struct placement_guest *g);
/* Is it known where its vCPUs may run? Else that is noted, unless it has no threads for them. */
bool here_placed(struct check_run *r, const struct placement_guest *g);
struct cpuset *here_cpus(struct check_run *r, const struct placement *p, const char *role); /* as placement_cpu.role */
const struct cpuset *here_dedicated(struct check_run *r, const struct placement *p);
/* "placement.guest[KEY].FIELD" */
const char *here_at(struct check_run *r, const struct placement_guest *g, const char *field);
const char *here_thread_at(
	struct check_run *r, const struct placement_guest *g, const struct placement_thread *th, const char *field);
/* What action pin takes for this thread; NULL: libvirt does not have it. */
const char *here_target(struct check_run *r, const struct placement_guest *g, const struct placement_thread *th);
const struct placement_thread *here_thread(const struct placement_guest *g, struct value tid); /* or NULL */
/* The part that fired last is about the guest whose vCPU has this CPU alone. */
void here_owned(struct check_run *r, const struct placement *p, uint32_t cpu);
/* The isolated CPUs, when there are any; else NULL, and the verdict is noted: none are, or it is not known. */
const struct cpuset *here_isolated(struct check_run *r);
/* What libvirt says of it, or NULL; i is its place in the list of placement, where it is looked for first. */
const struct guest *here_listed(const struct guests *g, const struct placement_guest *row, uint32_t i);
/* Is there a QEMU of it, as far as libvirt says? One that sleeps or is about to stop has its memory still. */
bool here_runs(const struct guest *g);
/* The disk of this host that a path is, or is a part of: /dev/nvme0n1p3 is on nvme0n1. NULL for what is mapped or a file. */
const struct block_disk *here_disk(struct check_run *r, const char *path);

#endif
