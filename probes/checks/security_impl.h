/* What checks of security features and isolation share. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_CHECKS_SECURITY_IMPL_H
#define PROBES_CHECKS_SECURITY_IMPL_H

#include "probes/checks/run.h"

/* How many vCPUs have a real-time policy, and the first of them: "web3 vcpu 0". Where it decides, policies that are not
 * known are noted. */
uint32_t security_realtime(struct check_run *r, bool decides, const char **ret_first);

#endif
