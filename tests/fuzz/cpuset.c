/* Fuzzes the readers of CPU lists and masks: what was read must come back from what is written. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/cpuset.h"
#include "probes/util.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void round_trip(struct arena *a, const struct cpuset *s)
{
	struct cpuset *again = NULL;
	const char *text = cpuset_text(a, s);

	if (cpuset_format(s, NULL, 0) != strlen(text))
		BUG("a length that does not fit its text %s", text);
	if (cpuset_parse_list(a, text, &again) < 0 || !cpuset_equal(s, again))
		BUG("%s does not come back", text);
	if (cpuset_count(s) != cpuset_count(again) || !cpuset_subset(s, again))
		BUG("%s comes back as another set", text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(0);
	char *text = xcalloc(size + 1, 1);
	struct cpuset *s = NULL;

	/* an empty input may come without a buffer */
	if (size)
		memcpy(text, data, size);
	if (cpuset_parse_list(a, text, &s) >= 0)
		round_trip(a, s);
	if (cpuset_parse_mask(a, text, &s) >= 0)
		round_trip(a, s);
	free(text);
	arena_free(a);
	return 0;
}
