/* What the checks of KVM share. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_CHECKS_KVM_IMPL_H
#define PROBES_CHECKS_KVM_IMPL_H

#include "probes/checks/run.h"

struct kvm;

/* Is KVM loaded? Else that has been said: it does not apply, or nothing of KVM is in this folder. */
bool kvm_loaded(struct check_run *r, const struct kvm *k);

/* The part of check K02 that goes by what KVM counts of each guest. */
void kvm_polls(struct check_run *r);

#endif
