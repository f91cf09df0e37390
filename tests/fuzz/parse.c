/* Fuzzes the readers of the kernel's texts: what is read as a number is written as the same number. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/host/perf.h"
#include "probes/parse.h"
#include "probes/text.h"
#include "probes/util.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_numbers(struct slice s)
{
	char text[32];
	uint64_t u, again;
	int64_t i, back;

	if (parse_u64(s, &u) == 0) {
		snprintf(text, sizeof(text), "%" PRIu64, u);
		if (parse_u64(slice_of(text), &again) || again != u)
			BUG("%s does not come back", text);
	}
	if (parse_i64(s, &i) == 0) {
		snprintf(text, sizeof(text), "%" PRId64, i);
		if (parse_i64(slice_of(text), &back) || back != i)
			BUG("%s does not come back", text);
	}
}

static void check_pieces(struct arena *a, struct slice s)
{
	struct slice rest = s, line, words, word, key, value;

	while (slice_line(&rest, &line)) {
		if (line.len && memchr(line.p, '\n', line.len))
			BUG("a line with a line end");
		for (words = line; slice_word(&words, &word);)
			check_numbers(word);
		if (slice_pair(line, '=', &key, &value) && strlen(slice_text(a, value)) > line.len)
			BUG("a value longer than its line");
	}
	check_numbers(s);
}

static void check_tame(char *text)
{
	size_t before = strlen(text);

	text_tame(text);
	if (strlen(text) > before)
		BUG("tamed text grew");
	for (const char *p = text; *p; p += utf8_length(p))
		if (!utf8_length(p) || (unsigned char)*p < 0x20 || *p == 0x7f)
			BUG("not tame");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(0);
	char *text = xcalloc(size + 1, 1);
	unsigned major, minor;
	struct slice value;
	uint64_t config;

	if (size)
		memcpy(text, data, size);
	check_pieces(a, (struct slice){text, size}); /* with NULs inside */
	(void)parse_release(text, &major, &minor);
	(void)perf_event_config(text, &config);
	(void)perf_path_cpu(text);
	if (answer_value(text, "tsc", &value) && value.len > size)
		BUG("a value longer than its text");
	check_tame(text);
	free(text);
	arena_free(a);
	return 0;
}
