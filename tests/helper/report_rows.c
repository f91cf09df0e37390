/* Reads a report's JSON from standard input and prints rows of it: fields by name, tabs between, `-` for null. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* report_rows PROBE[.ROWS] FIELD…: a line for each row, one line for a probe's own fields, none where there is nothing.
 */

static void print_value(const json_t *v)
{
	if (json_is_string(v))
		printf("%s", json_string_value(v));
	else if (json_is_integer(v))
		printf("%" JSON_INTEGER_FORMAT, json_integer_value(v));
	else if (json_is_real(v))
		printf("%.6g", json_real_value(v));
	else if (json_is_boolean(v))
		printf("%d", json_is_true(v));
	else if (json_is_array(v))
		for (size_t i = 0; i < json_array_size(v); i++) {
			printf("%s", i ? " " : "");
			print_value(json_array_get(v, i));
		}
	else
		printf("-");
}

static int print_row(const json_t *row, char **fields, int n)
{
	for (int i = 0; i < n; i++) {
		if (!json_object_get(row, fields[i])) {
			fprintf(stderr, "there is no %s\n", fields[i]);
			return 1;
		}
		printf("%s", i ? "\t" : "");
		print_value(json_object_get(row, fields[i]));
	}
	printf("\n");
	return 0;
}

int main(int argc, char **argv)
{
	json_error_t error;
	json_t *report = json_loadf(stdin, 0, &error);
	char *rows = argc > 2 ? strchr(argv[1], '.') : NULL;
	const json_t *at;
	int status = 0;

	if (!report || argc < 3) {
		fprintf(stderr, "%s\n", report ? "usage: report_rows PROBE[.ROWS] FIELD..." : error.text);
		return 2;
	}
	if (rows)
		*rows++ = '\0';
	at = json_object_get(json_object_get(report, "facts"), argv[1]);
	if (rows && json_is_object(at) && !json_object_get(at, rows)) {
		fprintf(stderr, "there are no %s in %s\n", rows, argv[1]);
		status = 1;
	}
	at = rows ? json_object_get(at, rows) : at;
	if (json_is_object(at))
		status |= print_row(at, argv + 2, argc - 2);
	for (size_t i = 0; json_is_array(at) && i < json_array_size(at); i++)
		status |= print_row(json_array_get(at, i), argv + 2, argc - 2);
	json_decref(report);
	return status;
}
