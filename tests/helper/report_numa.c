/* Reads a report's JSON from standard input, checks what is promised of NUMA nodes, prints them line by line. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/*
 * FIELD KEY VALUE, parted by tabs; what is null is left out:
 *	nodes	-	NUMBER
 *	cpus, total, free, distance	NODE	…
 *	pool	NODE/KIB	PAGES
 * What breaks the promise goes to standard error, a line each, and ends in status 1.
 */

static int broken;

static void complain(json_int_t node, const char *name, const char *what)
{
	fprintf(stderr, "node %lld: %s %s\n", (long long)node, name, what);
	broken = 1;
}

/* The value, or NULL; a null must say why. */
static const json_t *get(const json_t *row, json_int_t node, const char *name)
{
	const json_t *v = json_object_get(row, name);
	char why[64];

	snprintf(why, sizeof(why), "%s_why", name);
	if (!v)
		complain(node, name, "is missing");
	else if (json_is_null(v) && !json_is_string(json_object_get(row, why)))
		complain(node, name, "is null and does not say why");
	return v && !json_is_null(v) ? v : NULL;
}

static void print_number(const json_t *row, json_int_t node, const char *name, const char *as)
{
	const json_t *v = get(row, node, name);

	if (v && !json_is_integer(v))
		complain(node, name, "is no number");
	else if (v)
		printf("%s\t%lld\t%lld\n", as, (long long)node, (long long)json_integer_value(v));
}

static void print_distance(const json_t *row, json_int_t node, size_t nodes)
{
	const json_t *v = get(row, node, "distance"), *one;
	size_t i;

	if (!v)
		return;
	if (!json_is_array(v) || json_array_size(v) != nodes) {
		complain(node, "distance", "is not one number for each node");
		return;
	}
	printf("distance\t%lld\t", (long long)node);
	json_array_foreach(v, i, one) printf("%s%lld", i ? " " : "", (long long)json_integer_value(one));
	putchar('\n');
}

static void print_node(const json_t *row, json_int_t node, size_t nodes)
{
	const json_t *cpus = get(row, node, "cpus"), *pool;
	size_t i;

	if (cpus)
		printf("cpus\t%lld\t%s\n", (long long)node, json_is_string(cpus) ? json_string_value(cpus) : "?");
	print_number(row, node, "mem_total_kib", "total");
	print_number(row, node, "mem_free_kib", "free");
	print_distance(row, node, nodes);
	json_array_foreach(json_object_get(row, "pool"), i, pool)
	{
		const json_t *nr = get(pool, node, "nr");

		if (nr)
			printf("pool\t%lld/%lld\t%lld\n", (long long)node,
				(long long)json_integer_value(json_object_get(pool, "size_kib")),
				(long long)json_integer_value(nr));
	}
}

int main(void)
{
	json_t *report = json_loadf(stdin, 0, NULL);
	const json_t *numa = json_object_get(json_object_get(report, "facts"), "numa"), *nodes, *row;
	json_int_t before = -1;
	size_t i;

	if (!numa)
		complain(-1, "numa", "is missing");
	nodes = numa ? get(numa, -1, "node") : NULL;
	if (json_array_size(nodes))
		printf("nodes\t-\t%zu\n", json_array_size(nodes));
	json_array_foreach(nodes, i, row)
	{
		json_int_t id = json_integer_value(json_object_get(row, "id"));

		if (id <= before)
			complain(id, "id", "does not rise");
		before = id;
		print_node(row, id, json_array_size(nodes));
	}
	json_decref(report);
	return broken;
}
