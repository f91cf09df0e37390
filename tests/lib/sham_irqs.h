/* A sham machine of which only the interrupts are looked at, with a reading each second. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_SHAM_IRQS_H
#define TESTS_LIB_SHAM_IRQS_H

#include "probes/interrupts.h"
#include "tests/lib/probing.h"

#define IRQ_HEADER "           CPU0       CPU1       CPU2       CPU3       \n"

struct probing irqs_begin(unsigned cpus); /* 0: nothing but what the test puts there */
/* /proc/interrupts says this, a second later, and a tick reads it. */
void irqs_count(struct probing *p, const char *text);
const struct interrupts *irqs_found(struct probing *p);

#endif
