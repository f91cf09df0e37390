/* Reads a report's JSON from standard input, checks the names and types that are promised, prints the facts line by
 * line. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/*
 * Words are separated by tabs, `-` is null:
 *	count NAME NUMBER
 *	cpu ID ONLINE PACKAGE DIE CORE NODE L3 SIBLINGS KIND
 *	policy ID CPUS DRIVER GOVERNOR GOVERNORS MIN MAX HW_MIN HW_MAX BASE CUR EPP
 *	base CPU KHZ SOURCE
 *	cache NAME KIB COUNT
 *	text NAME TEXT
 * What breaks the promise goes to standard error, a line each, and ends in status 1.
 */

enum kind { NUMBER, TEXT, FLAG, WORDS };

struct name {
	const char *name;
	enum kind kind;
	bool required; /* never null */
};

static const struct name counts[] = {
	{"packages", NUMBER, false},
	{"nodes", NUMBER, false},
	{"cores", NUMBER, false},
	{"threads_per_core", NUMBER, false},
	{"cpus_online", NUMBER, false},
};
static const struct name cpu_names[] = {
	{"id", NUMBER, true},
	{"online", FLAG, false},
	{"package", NUMBER, false},
	{"die", NUMBER, false},
	{"core", NUMBER, false},
	{"node", NUMBER, false},
	{"l3", NUMBER, false},
	{"siblings", TEXT, false},
	{"kind", TEXT, false},
};
static const struct name policy_names[] = {
	{"id", NUMBER, true},
	{"cpus", TEXT, false},
	{"driver", TEXT, false},
	{"governor", TEXT, false},
	{"governors", WORDS, false},
	{"min_khz", NUMBER, false},
	{"max_khz", NUMBER, false},
	{"hw_min_khz", NUMBER, false},
	{"hw_max_khz", NUMBER, false},
	{"base_khz", NUMBER, false},
	{"cur_khz", NUMBER, false},
	{"epp", TEXT, false},
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static int broken;

static void complain(const char *where, size_t i, const char *name, const char *what)
{
	fprintf(stderr, "%s[%zu].%s: %s\n", where, i, name, what);
	broken = 1;
}

static bool is_words(const json_t *v)
{
	size_t i;
	json_t *word;

	if (!json_is_array(v))
		return false;
	json_array_foreach(v, i, word) if (!json_is_string(word)) return false;
	return true;
}

static bool of_kind(const json_t *v, enum kind kind)
{
	switch (kind) {
	case NUMBER:
		return json_is_integer(v);
	case TEXT:
		return json_is_string(v);
	case FLAG:
		return json_is_boolean(v);
	case WORDS:
		return is_words(v);
	}
	return false;
}

static void print_value(const json_t *v)
{
	size_t i;
	json_t *word;

	if (json_is_integer(v))
		printf("\t%lld", (long long)json_integer_value(v));
	else if (json_is_boolean(v))
		printf("\t%d", json_is_true(v));
	else if (json_is_string(v))
		printf("\t%s", json_string_value(v));
	else if (json_is_array(v)) {
		putchar('\t');
		json_array_foreach(v, i, word) printf("%s%s", i ? " " : "", json_string_value(word));
	} else
		printf("\t-");
}

/* The value, or NULL with a complaint: a null must say why, a name must be there. */
static const json_t *get(const json_t *row, const char *where, size_t i, const struct name *n)
{
	const json_t *v = json_object_get(row, n->name), *why;
	char name[64];

	snprintf(name, sizeof(name), "%s_why", n->name);
	why = json_object_get(row, name);
	if (!v) {
		complain(where, i, n->name, "is missing");
	} else if (json_is_null(v)) {
		if (n->required)
			complain(where, i, n->name, "is null");
		if (!json_is_string(why) || !*json_string_value(why))
			complain(where, i, n->name, "is null and does not say why");
	} else if (!of_kind(v, n->kind)) {
		complain(where, i, n->name, "is of another type");
	} else {
		if (why)
			complain(where, i, n->name, "is known and says why it is not");
		return v;
	}
	return NULL;
}

static void print_row(const char *title, const json_t *row, size_t i, const struct name *names, size_t n)
{
	printf("%s", title);
	for (size_t k = 0; k < n; k++)
		print_value(get(row, title, i, &names[k]));
	putchar('\n');
}

/* Rows in the order of their ids, or null with a reason. */
static const json_t *rows(const json_t *facts, const char *name)
{
	const json_t *list = json_object_get(facts, name), *row;
	json_int_t before = -1;
	char why[64];

	snprintf(why, sizeof(why), "%s_why", name);
	if (json_is_null(list) && json_is_string(json_object_get(facts, why)))
		return NULL;
	if (!json_is_array(list)) {
		complain(name, 0, "", "is no list");
		return NULL;
	}
	for (size_t i = 0; (row = json_array_get(list, i)); i++) {
		json_int_t id = json_integer_value(json_object_get(row, "id"));

		if (id <= before)
			complain(name, i, "id", "does not rise");
		before = id;
	}
	return list;
}

static void check_cpu(const json_t *row, size_t i)
{
	static const char *const gone[] = {"package", "die", "core", "l3", "siblings"};

	if (!json_is_false(json_object_get(row, "online")))
		return;
	for (size_t k = 0; k < COUNT(gone); k++)
		if (!json_is_null(json_object_get(row, gone[k])))
			complain("cpu", i, gone[k], "is known of an offline CPU");
}

static void print_topology(const json_t *topology)
{
	const json_t *list = rows(topology, "cpu"), *row;
	json_int_t online = 0;

	for (size_t i = 0; i < COUNT(counts); i++) {
		printf("count\t%s", counts[i].name);
		print_value(get(topology, "topology", 0, &counts[i]));
		putchar('\n');
	}
	for (size_t i = 0; (row = json_array_get(list, i)); i++) {
		check_cpu(row, i);
		online += json_is_true(json_object_get(row, "online"));
		print_row("cpu", row, i, cpu_names, COUNT(cpu_names));
	}
	if (json_integer_value(json_object_get(topology, "cpus_online")) != online)
		complain("topology", 0, "cpus_online", "is not how many rows are online");
}

static void print_frequency(const json_t *frequency)
{
	const json_t *row, *list = rows(frequency, "policy");

	for (size_t i = 0; (row = json_array_get(list, i)); i++)
		print_row("policy", row, i, policy_names, COUNT(policy_names));
	list = rows(frequency, "cpu");
	for (size_t i = 0; (row = json_array_get(list, i)); i++) {
		printf("base");
		print_value(json_object_get(row, "id"));
		print_value(json_object_get(row, "base_khz"));
		putchar('\n');
	}
}

static void print_host(const json_t *host)
{
	static const struct name names[] = {{"kind", TEXT, true}, {"label", TEXT, true}};

	for (size_t i = 0; i < COUNT(names); i++) {
		printf("text\t%s", names[i].name);
		print_value(get(host, "host", 0, &names[i]));
		putchar('\n');
	}
	for (const char *const *p = (const char *const[]){"hostname", "kernel", NULL}; *p; p++) {
		const json_t *v = json_object_get(host, *p);

		if (!json_is_string(v) && !json_is_null(v))
			complain("host", 0, *p, "is neither text nor null");
	}
}

static void print_caches(const json_t *cache)
{
	static const struct name names[] = {
		{"name", TEXT, true}, {"size_kib", NUMBER, false}, {"count", NUMBER, false}};
	const json_t *list = json_object_get(cache, "cache"), *row;

	for (size_t i = 0; (row = json_array_get(list, i)); i++)
		print_row("cache", row, i, names, COUNT(names));
}

static void print_texts(const json_t *facts)
{
	static const char *const names[][2] = {{"kernel", "release"}, {"kernel", "cmdline"}, {"cpu", "model"},
		{"cpu", "flags"}, {"topology", "hybrid"}, {"topology", "offline"}, {"topology", "isolated"},
		{"firmware", "guest"}, {"firmware", "guest_why"}, {"firmware", "sys_vendor"}};

	for (size_t i = 0; i < COUNT(names); i++) {
		printf("text\t%s.%s", names[i][0], names[i][1]);
		print_value(json_object_get(json_object_get(facts, names[i][0]), names[i][1]));
		putchar('\n');
	}
}

int main(void)
{
	json_error_t error;
	json_t *report = json_loadf(stdin, JSON_REJECT_DUPLICATES, &error);
	const json_t *facts = json_object_get(report, "facts");
	const char *schema = json_string_value(json_object_get(report, "schema"));

	if (!report) {
		fprintf(stderr, "line %d: %s\n", error.line, error.text);
		return 1;
	}
	if (!schema || strcmp(schema, "hvscope-report/1") != 0)
		complain("report", 0, "schema", "is not hvscope-report/1");
	print_host(json_object_get(report, "host"));
	print_topology(json_object_get(facts, "topology"));
	print_frequency(json_object_get(facts, "frequency"));
	print_caches(json_object_get(facts, "cache"));
	print_texts(facts);
	json_decref(report);
	return broken;
}
