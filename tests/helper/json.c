/* Reads JSON from standard input and prints what stands at a path: json KEY|INDEX|'*' …; status 1 when it is no JSON.
 */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A text is printed bare, anything else as JSON. */
static void print(const json_t *value)
{
	if (json_is_string(value)) {
		fwrite(json_string_value(value), 1, json_string_length(value), stdout);
		putchar('\n');
	} else {
		json_dumpf(value, stdout, JSON_ENCODE_ANY | JSON_COMPACT);
		putchar('\n');
	}
}

static int walk(const json_t *value, char **path)
{
	int status = 0;
	size_t i;
	const json_t *one;
	char *end;

	if (!value)
		return 1;
	if (!*path) {
		print(value);
		return 0;
	}
	if (!json_is_array(value))
		return walk(json_object_get(value, *path), path + 1);
	if (strcmp(*path, "*") != 0) {
		i = strtoul(*path, &end, 10);
		/* no number, as of a row that was looked for in vain, is no row */
		return end == *path || *end ? 1 : walk(json_array_get(value, i), path + 1);
	}
	json_array_foreach(value, i, one) status |= walk(one, path + 1);
	return status;
}

int main(int argc, char **argv)
{
	json_error_t error;
	json_t *whole = json_loadf(stdin, JSON_REJECT_DUPLICATES, &error);
	int status;

	(void)argc;
	if (!whole) {
		fprintf(stderr, "line %d: %s\n", error.line, error.text);
		return 1;
	}
	status = walk(whole, argv + 1);
	json_decref(whole);
	return status;
}
