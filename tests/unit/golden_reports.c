/* Reports of the machines of tests/hosts, text and JSON, as golden texts. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/report.h"
#include "probes/util.h"
#include "tests/lib/folded.h"
#include "tests/lib/golden.h"
#include "tests/lib/hosts.h"
#include "tests/lib/probing.h"

static bool same(const char *machine, const char *suffix, char *text)
{
	char *name = xasprintf("%s.%s", machine, suffix);
	bool equal = golden_same("reports", name, text);

	free(name);
	free(text);
	return equal;
}

static void every_machine(void **state)
{
	char **names = host_names();
	bool all = true;

	(void)state;
	for (char **name = names; *name; name++) {
		struct probing p = probing_capture(*name);

		probing_tick(&p);
		probing_tick(&p);
		all = same(*name, "txt", folded(report_text(p.snap))) && all;
		all = same(*name, "json", folded(report_json(p.snap))) && all;
		probing_end(&p);
	}
	host_names_free(names);
	assert_true(all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
