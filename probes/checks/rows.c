/* The rows of all checks and thresholds, made from their tables. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/checks/run.h"
#include "probes/util.h"

#define CHECK(id_, ...) \
	static const struct check row_##id_ = {.id = #id_, .family = FAMILY, .judge = rule_##id_, __VA_ARGS__};
#include "probes/checks/checks.def"
#undef CHECK

const struct check *const checks[] = {
#define CHECK(id_, ...) &row_##id_,
#include "probes/checks/checks.def"
#undef CHECK
};
const size_t nchecks = COUNT(checks);

const struct threshold thresholds[] = {
#define LIMIT(name, number, unit, meaning) {#name, number, unit, meaning},
#include "probes/checks/thresholds.def"
#undef LIMIT
};
const size_t nthresholds = COUNT(thresholds);
