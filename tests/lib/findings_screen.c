/* The screen over findings made by hand. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/findings_screen.h"

#include <errno.h>

#include "tui/panels/findings.h"

static const struct finding_part governors[2] = {
	{SEVERITY_CRIT, "policy3: governor powersave.", "frequency.policy[3].governor", "frequency.policy[3]", NULL},
	{SEVERITY_CRIT, "policy4: governor powersave.", "frequency.policy[4].governor", "frequency.policy[4]", NULL},
};
static const struct finding_part clocks[1] = {
	{SEVERITY_CRIT, "CPU 7 runs at half its clock.", "silicon.cpu[7].ratio", NULL, NULL}};
static const char *const facts[] = {"silicon.busy", "firmware.bios_version"};

const struct found_by_hand findings_slow[3] = {
	{"F02", VERDICT_FIRE, SEVERITY_CRIT, FOUND_GOVERNOR, .cost_us = 10000, .share = 0.5, .part = governors, .nparts = 2},
	{"F01", VERDICT_FIRE, SEVERITY_CRIT, FOUND_CLOCK, .share = 0.5, .cause = "F02", .part = clocks, .nparts = 1,
		.evidence = facts, .nevidence = 2},
	{"F03", VERDICT_UNKNOWN, SEVERITY_NONE, "frequency.policy is denied (EACCES).", .err = -EACCES,
		.unread = "frequency.policy[0].governor", .remedy = "Run hvscope as root."},
};
const struct found_by_hand findings_calm[3] = {
	{"F01", VERDICT_PASS, .line = "12 busy CPUs run at 1.00 of base clock."},
	{"F02", VERDICT_PASS, .line = "Governor performance in all policies."},
	{"F03", VERDICT_PASS, .line = "All policies have governor performance."},
};

struct screen *findings_with(const char *host, const struct found_by_hand *row, size_t n)
{
	struct screen *s = screen_open(host, false);

	findings_put(s->app->snap, row, n);
	screen_keys(s, "8");
	return s;
}

const char *findings_under_cursor(struct screen *s)
{
	return ((const struct findings_state *)s->app->state[panel_find("findings")])->id;
}
