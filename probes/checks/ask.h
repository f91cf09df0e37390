/* Questions that checks of clocks and idle states ask: whether latency is minded, which policies and I/O CPUs there are. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_CHECKS_ASK_H
#define PROBES_CHECKS_ASK_H

#include "probes/checks/run.h"

struct cpu;
struct cpuset;
struct frequency;
struct placement;
struct policy;
struct pressure_resource;

/* Is it this word? */
bool ask_is(struct value v, const char *word);

/* Does the profile mind wake-ups at all? Else it does not apply. */
bool ask_latency(struct check_run *r);
/* … and a guest runs here: see here_guests(). */
const struct placement *ask_latency_guests(struct check_run *r);
/* The same as a plain answer, for those who judge other things too. */
bool ask_latency_matters(const struct check_run *r);

/* In a folder of collected files what is missing may just not have been collected. */
bool ask_absence_tells(const struct check_run *r);
/* Is it known? An absence that tells something is NOT_APPLICABLE in these words; all else is noted. */
bool ask_there(struct check_run *r, struct value v, const char *address, const char *without);

/* How long work waited for it, "cpu" or "memory"; NULL: it is said why not. */
const struct pressure_resource *ask_pressure(struct check_run *r, const char *name);

/* The frequency facts with their policies; NULL: there are none, and it is said why. */
const struct frequency *ask_policies(struct check_run *r);
/* Each policy that governs an online CPU: begin with *i = 0, until NULL. */
const struct policy *ask_policy(const struct frequency *f, uint32_t *i);
/* As check_known(), for a field of a policy; the address is only made where it is needed. */
bool ask_policy_known(struct check_run *r, const struct policy *p, struct value v, const char *field);
const char *ask_policy_address(struct check_run *r, const struct policy *p, const char *field);

/* An Intel processor of Sandy Bridge's generation or later: since then their drivers know its states and limits. */
bool ask_intel(const struct cpu *c);
bool ask_intel_since_sandy_bridge(const struct cpu *c);

/* By its firmware's own words. */
bool ask_server(const struct check_run *r);

/* The CPUs on which interrupts of network cards and disks landed in this interval; not known: noted, and NULL. */
const struct cpuset *ask_io_cpus(struct check_run *r);
/* Those of from that have room in to; from may be NULL. */
void ask_add_fitting(struct cpuset *to, const struct cpuset *from);
/* "1 CPU", "3 CPUs" */
const char *ask_count(struct check_run *r, uint64_t n, const char *what);
/* "CPU 3", "CPUs 0-3,8" */
const char *ask_cpus_text(struct check_run *r, const struct cpuset *cpus);

#endif
