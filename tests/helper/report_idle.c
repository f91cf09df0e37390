/* Reads a report's JSON from standard input, checks what is promised of idle states, prints them line by line. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/*
 * Words are separated by tabs, `-` is null:
 *	text NAME TEXT
 *	cpu ID DEEPEST EXIT_US ONLY_POLL LIMIT_US
 *	state CPU INDEX NAME LATENCY_US RESIDENCY_US DISABLED DEFAULT_DISABLED USAGE TIME_US ABOVE BELOW REJECTED
 * What breaks the promise goes to standard error, a line each, and ends in status 1.
 */

enum kind { NUMBER, TEXT, FLAG, SHARE };

struct name {
	const char *name;
	enum kind kind;
};

static const struct name cpu_names[] = {
	{"id", NUMBER}, {"deepest", TEXT}, {"exit_us", NUMBER}, {"only_poll", FLAG}, {"limit_us", NUMBER}};
static const struct name state_names[] = {{"index", NUMBER}, {"name", TEXT}, {"latency_us", NUMBER},
	{"residency_us", NUMBER}, {"disabled", FLAG}, {"default_disabled", FLAG}, {"usage", NUMBER},
	{"time_us", NUMBER}, {"above", NUMBER}, {"below", NUMBER}, {"rejected", NUMBER}};
/* Not printed: a capture stands still, so that they are null with a reason, or shares that fit into the time. */
static const struct name cpu_shares[] = {{"awake", SHARE}, {"asleep", SHARE}, {"deep", SHARE}};
static const struct name state_shares[] = {
	{"share", SHARE}, {"above_share", SHARE}, {"below_share", SHARE}, {"rejected_share", SHARE}};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static int broken;

static void complain(const char *where, const char *name, const char *what)
{
	fprintf(stderr, "idle%s.%s: %s\n", where, name, what);
	broken = 1;
}

static bool of_kind(const json_t *v, enum kind kind)
{
	switch (kind) {
	case NUMBER:
		return json_is_integer(v) && json_integer_value(v) >= 0;
	case TEXT:
		return json_is_string(v);
	case FLAG:
		return json_is_boolean(v);
	case SHARE:
		return json_is_number(v) && json_number_value(v) >= 0 && json_number_value(v) <= 1;
	}
	return false;
}

/* The value, or NULL: a null must say why, a name must be there. */
static const json_t *get(const json_t *row, const char *where, const struct name *n)
{
	const json_t *v = json_object_get(row, n->name);
	char why[64];

	snprintf(why, sizeof(why), "%s_why", n->name);
	if (!v)
		complain(where, n->name, "is missing");
	else if (json_is_null(v) && !json_is_string(json_object_get(row, why)))
		complain(where, n->name, "is null and does not say why");
	else if (!json_is_null(v) && !of_kind(v, n->kind))
		complain(where, n->name, "is of another type");
	else if (!json_is_null(v))
		return v;
	return NULL;
}

static void print_row(const char *where, const json_t *row, const struct name *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const json_t *v = get(row, where, &names[i]);

		if (json_is_integer(v))
			printf("\t%lld", (long long)json_integer_value(v));
		else if (json_is_boolean(v))
			printf("\t%d", json_is_true(v));
		else
			printf("\t%s", json_is_string(v) ? json_string_value(v) : "-");
	}
	putchar('\n');
}

/* Rows in the order of their keys, or NULL where they are null with a reason. */
static const json_t *rows(const json_t *of, const char *where, const char *name, const char *key)
{
	const json_t *list = json_object_get(of, name), *row;
	json_int_t before = -1;
	char why[64];

	snprintf(why, sizeof(why), "%s_why", name);
	if (json_is_null(list) && json_is_string(json_object_get(of, why)))
		return NULL;
	if (!json_is_array(list)) {
		complain(where, name, "is neither a list nor null with a reason");
		return NULL;
	}
	for (size_t i = 0; (row = json_array_get(list, i)); i++) {
		if (json_integer_value(json_object_get(row, key)) <= before)
			complain(where, key, "does not rise");
		before = json_integer_value(json_object_get(row, key));
	}
	return list;
}

static void print_states(const json_t *cpu, const char *where)
{
	const json_t *list = rows(cpu, where, "state", "index"), *row;
	double sum = 0;

	for (size_t i = 0; (row = json_array_get(list, i)); i++) {
		printf("state\t%lld", (long long)json_integer_value(json_object_get(cpu, "id")));
		print_row(where, row, state_names, COUNT(state_names));
		for (size_t k = 0; k < COUNT(state_shares); k++)
			get(row, where, &state_shares[k]);
		sum += json_number_value(json_object_get(row, "share"));
	}
	sum += json_number_value(json_object_get(cpu, "awake")) + json_number_value(json_object_get(cpu, "asleep"));
	if (sum > 1.0001)
		complain(where, "share", "the shares are more than the time");
}

int main(void)
{
	static const struct name texts[] = {{"driver", TEXT}, {"governor", TEXT}, {"deepest", TEXT}};
	json_error_t error;
	json_t *report = json_loadf(stdin, JSON_REJECT_DUPLICATES, &error);
	const json_t *idle = json_object_get(json_object_get(report, "facts"), "idle"), *list, *row;

	if (!report) {
		fprintf(stderr, "line %d: %s\n", error.line, error.text);
		return 1;
	}
	for (size_t i = 0; i < COUNT(texts); i++) {
		printf("text\t%s", texts[i].name);
		print_row("", idle, &texts[i], 1);
	}
	list = rows(idle, "", "cpu", "id");
	for (size_t i = 0; (row = json_array_get(list, i)); i++) {
		char where[32];

		snprintf(where, sizeof(where), ".cpu[%lld]", (long long)json_integer_value(json_object_get(row, "id")));
		printf("cpu");
		print_row(where, row, cpu_names, COUNT(cpu_names));
		for (size_t k = 0; k < COUNT(cpu_shares); k++)
			get(row, where, &cpu_shares[k]);
		print_states(row, where);
	}
	json_decref(report);
	return broken;
}
