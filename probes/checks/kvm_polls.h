/* The part of check K02 that goes by what KVM counts of each guest. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_CHECKS_KVM_POLLS_H
#define PROBES_CHECKS_KVM_POLLS_H

struct check_run;

void kvm_polls(struct check_run *r);

#endif
