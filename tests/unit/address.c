/* Tests addresses: every fact has one that leads back to it, odd keys survive, and what is none says why. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "probes/address.h"
#include "probes/cpuset.h"
#include "tests/lib/probing.h"

static void part_is(const char *address, int err, const char *name, const char *key, const char *rest)
{
	struct address_part part = {.name = "unchanged"};
	const char *at = address;
	int r = address_part(&at, &part);

	if (r != err)
		fail_msg("\"%s\" gives %d, not %d", address, r, err);
	if (err)
		return;
	assert_string_equal(part.name, name);
	assert_int_equal(part.has_key, key != NULL);
	assert_string_equal(part.key, key ? key : "");
	assert_string_equal(at, rest);
}

static void test_parts(void **state)
{
	char name[80], number[160], key[200];

	(void)state;
	part_is("load", 0, "load", NULL, "");
	part_is("load.busy", 0, "load", NULL, "busy");
	part_is("cpu[12].busy", 0, "cpu", "12", "busy");
	part_is("cpu[]", 0, "cpu", "", "");
	part_is("x[a.b]", 0, "x", "a.b", "");
	part_is("x[a[b]", 0, "x", "a[b", "");
	part_is("x[a\\]b\\\\c].y", 0, "x", "a]b\\c", "y");
	part_is("", 1, NULL, NULL, NULL);
	part_is(".", -EINVAL, NULL, NULL, NULL);
	part_is("a.", -EINVAL, NULL, NULL, NULL);
	part_is("a..b", 0, "a", NULL, ".b");
	part_is("[3]", -EINVAL, NULL, NULL, NULL);
	part_is("a[3", -EINVAL, NULL, NULL, NULL);
	part_is("a[3\\", -EINVAL, NULL, NULL, NULL);
	part_is("a[3]b", -EINVAL, NULL, NULL, NULL);
	part_is("a]b", -EINVAL, NULL, NULL, NULL);
	part_is("a[3].", -EINVAL, NULL, NULL, NULL);
	memset(name, 'n', sizeof(name));
	name[64] = '\0';
	part_is(name, -EINVAL, NULL, NULL, NULL);
	name[63] = '\0';
	part_is(name, 0, name, NULL, "");
	snprintf(number, sizeof(number), "%0127d", 1);
	snprintf(key, sizeof(key), "a[%s]", number);
	part_is(key, 0, "a", number, "");
	snprintf(key, sizeof(key), "a[%s0]", number);
	part_is(key, -EINVAL, NULL, NULL, NULL);
}

static void test_errors(void **state)
{
	static const struct {
		const char *address;
		int err;
	} wrong[] = {{"", -EINVAL}, {"nonsense", -ENOENT}, {"load[0]", -EINVAL}, {"load.nonsense", -ENOENT},
		{"load.cpu", -ENOENT}, {"load.nonsense[0]", -ENOENT}, {"load.cpu[99]", -ESRCH},
		{"load.cpu[0].nonsense", -ENOENT}, {"load.cpu[0", -EINVAL}, {"load.busy.more", -EINVAL},
		{"load.busy.busy", -EINVAL}, {"load.cpu[0].cpu[0]", -ENOENT}, {"load.cpu[00].busy", -ESRCH},
		{"load.cpu[-1].busy", -ESRCH}, {"load.busy.", -EINVAL}, {"load..busy", -EINVAL}};
	struct probing p = probing_new(2);
	struct found at = {.depth = 77};

	(void)state;
	probing_tick(&p);
	for (size_t i = 0; i < COUNT(wrong); i++) {
		int err = address_find(p.snap, wrong[i].address, &at);

		if (err != wrong[i].err)
			fail_msg("\"%s\" gives %d, not %d", wrong[i].address, err, wrong[i].err);
		assert_int_equal(at.depth, 77); /* filled only on success */
	}
	probing_end(&p);
}

static void test_what_is_found(void **state)
{
	struct probing p = probing_new(2);
	struct found at;

	(void)state;
	/* before a first answer the table is known and the values are not */
	assert_int_equal(address_find(NULL, "load.cpu[7].busy", &at), 0);
	assert_string_equal(at.field->name, "busy");
	assert_null(at.value);
	assert_null(at.block);
	probing_tick(&p);
	assert_int_equal(address_find(p.snap, "load", &at), 0);
	assert_null(at.field);
	assert_non_null(at.block);
	assert_int_equal(address_find(p.snap, "load.cpu[1]", &at), 0);
	assert_null(at.field);
	assert_int_equal(at.depth, 1);
	assert_int_equal(at.index[0], 1);
	assert_int_equal(address_find(p.snap, "load.cpu[1].id", &at), 0);
	assert_int_equal(at.value->u, 1);
	probing_end(&p);
}

/* Writes the address of each value of a row and finds that very value by it. */
static size_t round_trip(const struct snapshot *s, struct found *at)
{
	const struct row_set *set = at->depth ? at->set[at->depth - 1] : NULL;
	const struct field *fields = set ? set->fields : at->probe->fields;
	size_t n = set ? set->nfields : at->probe->nfields, nsets = set ? set->nsets : at->probe->nsets, done = 0;
	const struct row_set *sets = set ? set->sets : at->probe->sets;
	char address[ADDRESS_MAX];
	struct found found;

	for (size_t i = 0; i < n; i++, done++) {
		assert_true(address_format(at, fields[i].name, address, sizeof(address)) < sizeof(address));
		if (address_find(s, address, &found))
			fail_msg("%s leads to nothing", address);
		assert_ptr_equal(found.value, field_value(&fields[i], at->row[at->depth]));
	}
	for (size_t i = 0; i < nsets; i++) {
		const struct rows *rows = set_rows(&sets[i], at->row[at->depth]);

		at->set[at->depth++] = &sets[i];
		for (uint32_t r = 0; r < rows->n; r++) {
			at->row[at->depth] = rows_at(&sets[i], rows, r);
			done += round_trip(s, at);
		}
		at->depth--;
	}
	return done;
}

static void test_round_trip_of_a_whole_snapshot(void **state)
{
	struct probing p = probing_new(8);
	size_t n = 0;

	(void)state;
	probing_tick(&p);
	probing_pass(&p, 200);
	for (size_t i = 0; i < nprobes; i++) {
		struct found at = {.probe = probes[i], .block = snapshot_block(p.snap, probes[i])};

		assert_non_null(at.block);
		if (!at.block->facts) /* what it reads is not on this machine */
			continue;
		at.row[0] = at.block->facts;
		n += round_trip(p.snap, &at);
	}
	assert_true(n > 500);
	probing_end(&p);
}

struct fact {
	struct rows guest;
};

struct guest {
	struct value name, number, cpus;
};

static const struct field guest_fields[] = {
	FIELD(struct guest, name, "Name", TYPE_TEXT, UNIT_NONE, 0, SOURCES("/x"), "A."),
	FIELD(struct guest, number, "Number", TYPE_I64, UNIT_NONE, 0, SOURCES("/x"), "A."),
	FIELD(struct guest, cpus, "CPUs", TYPE_CPUS, UNIT_NONE, 0, SOURCES("/x"), "A."),
};
static const struct row_set guest_by_name = {
	"guest", "name", offsetof(struct fact, guest), sizeof(struct guest), TABLE(guest_fields), NULL, 0};
static const struct row_set guest_by_number = {
	"guest", "number", offsetof(struct fact, guest), sizeof(struct guest), TABLE(guest_fields), NULL, 0};

static void test_keys(void **state)
{
	struct guest row = {.name = value_text("a]b\\c.d[e", 0), .number = value_i64(-5, 0)};
	char buf[32], small[4];
	struct address_part part;
	const char *at = buf;

	(void)state;
	assert_int_equal(address_key(&guest_by_name, &row, buf, sizeof(buf)), 11);
	assert_string_equal(buf, "a\\]b\\\\c.d[e");
	assert_int_equal(address_key(&guest_by_name, &row, small, sizeof(small)), 11);
	assert_string_equal(small, "a\\]");
	assert_int_equal(address_key(&guest_by_name, &row, NULL, 0), 11);
	assert_int_equal(address_key(&guest_by_number, &row, buf, sizeof(buf)), 2);
	assert_string_equal(buf, "-5");
	row.number = value_error(-EIO, 0);
	address_key(&guest_by_number, &row, buf, sizeof(buf));
	assert_string_equal(buf, "?");
	snprintf(buf, sizeof(buf), "guest[");
	address_key(&guest_by_name, &row, buf + 6, sizeof(buf) - 6);
	strcat(buf, "]");
	assert_int_equal(address_part(&at, &part), 0);
	assert_string_equal(part.key, "a]b\\c.d[e"); /* what was escaped comes back */
}

static void test_sources(void **state)
{
	struct arena *a = arena_new(0);
	struct cpuset *set = cpuset_new(a, 64);
	struct guest row = {.name = value_text("web", 0), .number = value_error(-EIO, 0)};
	struct found at = {.probe = probe_find("kernel"), .depth = 1, .set = {&guest_by_name}};

	(void)state;
	cpuset_add(set, 6);
	row.cpus = value_set(set, 0);
	at.row[1] = &row;
	assert_string_equal(address_source(a, &at, "/plain"), "/plain");
	assert_string_equal(address_source(a, &at, ""), "");
	assert_string_equal(address_source(a, &at, "/{name}/{name}/x"), "/web/web/x");
	assert_string_equal(address_source(a, &at, "/cpu{cpus}"), "/cpu6"); /* the first of them */
	assert_null(address_source(a, &at, "/{number}")); /* not known */
	assert_null(address_source(a, &at, "/{nonsense}"));
	assert_null(address_source(a, &at, "/{name"));
	assert_null(address_source(a, &at, "/}{name}"));
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_what_is_found),
		cmocka_unit_test(test_round_trip_of_a_whole_snapshot),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_sources),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
