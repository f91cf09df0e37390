/* Folds the long lists of reports. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/folded.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/util.h"

enum { MOST = 200, FIRST = 40, LAST = 20 };

/* By hand: under the sanitizers strcspn() and its like look for the end of the whole report, with each line anew. */
static size_t length_of(const char *line)
{
	size_t n = 0;

	while (line[n] && line[n] != '\n')
		n++;
	return n;
}

static const char *next_line(const char *line)
{
	line += length_of(line);
	return line + (*line == '\n');
}

static size_t indent_of(const char *line)
{
	size_t n = 0;

	while (line[n] == ' ')
		n++;
	return n;
}

/* Behind so many lines. */
static const char *skip(const char *line, size_t n)
{
	while (n--)
		line = next_line(line);
	return line;
}

/* A list in JSON, or in text the name of one with nothing behind it. */
static bool heads_list(const char *line)
{
	size_t len = length_of(line);

	return len && (line[len - 1] == '[' || (indent_of(line) == 2 && !memchr(line + 2, ' ', len - 2)));
}

static size_t lines_below(const char *head)
{
	size_t n = 0;

	for (const char *line = next_line(head); *line && indent_of(line) > indent_of(head); line = next_line(line))
		n++;
	return n;
}

static uint64_t checksum(const char *from, const char *to)
{
	uint64_t sum = UINT64_C(14695981039346656037); /* FNV-1a */

	while (from < to)
		sum = (sum ^ (unsigned char)*from++) * UINT64_C(1099511628211);
	return sum;
}

char *folded(char *text)
{
	char *out = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&out, &size);

	if (!f)
		BUG("no memory for a folded text");
	for (const char *line = text, *next; *line; line = next) {
		size_t n = heads_list(line) ? lines_below(line) : 0;

		next = next_line(line);
		if (n > MOST) {
			const char *from = skip(next, FIRST), *to = skip(from, n - FIRST - LAST);

			fwrite(line, 1, (size_t)(from - line), f);
			fprintf(f, "… %zu lines, %016" PRIx64 "\n", n - FIRST - LAST, checksum(from, to));
			line = to;
			next = skip(to, LAST);
		}
		fwrite(line, 1, (size_t)(next - line), f);
	}
	fclose(f);
	free(text);
	return out;
}
