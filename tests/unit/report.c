/* Tests the report: text that a terminal may not obey, numbers that JSON cannot hold, and the sentence on top. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/cpuset.h"
#include "probes/firmware.h"
#include "probes/frequency.h"
#include "probes/json.h"
#include "probes/report.h"
#include "probes/silicon.h"
#include "probes/snapshot.h"
#include "tests/lib/probing.h"

#define CPUS "/sys/devices/system/cpu"

static struct js *json_of(const struct snapshot *s)
{
	char *text = report_json(s), why[200] = "";
	struct js *top = js_parse(text, strlen(text), why);

	if (!top)
		fail_msg("%s: %s", why, text);
	free(text);
	return top;
}

/* "topology.cpu.1.core": names, and positions in arrays. */
static struct js *at(struct js *v, const char *path)
{
	char *copy = xstrdup(path), *rest = copy, *part;

	while (v && (part = strsep(&rest, ".")) != NULL)
		v = js_is_array(v) ? js_at(v, (size_t)atoi(part)) : js_get(v, part);
	free(copy);
	return v;
}

static void says(struct js *top, const char *path, const char *expected)
{
	struct arena *a = arena_new(0);
	const char *text = js_read_text(at(top, path), a);

	if (!text || strcmp(text, expected) != 0)
		fail_msg("%s says \"%s\", not \"%s\"", path, text ? text : "(nothing)", expected);
	arena_free(a);
}

static void test_fixed_names(void **state)
{
	static const char *const topology[] = {"id", "online", "package", "die", "core", "node", "l3", "siblings"};
	static const char *const policy[] = {"id", "cpus", "driver", "governor", "governors", "min_khz", "max_khz",
		"hw_min_khz", "hw_max_khz", "base_khz", "cur_khz", "epp"};
	struct probing p = probing_new(4);
	struct js *top;

	(void)state;
	probing_tick(&p);
	top = json_of(p.snap);
	says(top, "schema", "hvscope-report/1");
	says(top, "host.kind", "live");
	says(top, "host.hostname", "sham");
	says(top, "host.kernel", "6.1.0-56-amd64");
	says(top, "host.label", "THIS MACHINE");
	for (size_t i = 0; i < COUNT(topology); i++)
		assert_non_null(js_get(at(top, "facts.topology.cpu.0"), topology[i]));
	for (size_t i = 0; i < COUNT(policy); i++)
		assert_non_null(js_get(at(top, "facts.frequency.policy.0"), policy[i]));
	assert_int_equal(js_count(at(top, "facts.frequency.policy")), 4);
	says(top, "facts.frequency.policy.3.cpus", "3");
	says(top, "facts.frequency.policy.3.governors.2", "userspace");
	says(top, "facts.topology.cpu.3.siblings", "2-3");
	js_free(top);
	probing_end(&p);
}

static void test_offline_is_null(void **state)
{
	static const char *const null[] = {"package", "die", "core", "siblings", "l3"};
	struct probing p = probing_new(4);
	struct js *top, *cpu;

	(void)state;
	sham_online(p.m, 3, false);
	probing_tick(&p);
	top = json_of(p.snap);
	cpu = at(top, "facts.topology.cpu.3");
	for (size_t i = 0; i < COUNT(null); i++)
		assert_true(js_get(cpu, null[i]) && js_is_null(js_get(cpu, null[i])));
	says(cpu, "package_why", "absent: ENODEV " CPUS "/cpu3/topology/physical_package_id");
	js_free(top);
	probing_end(&p);
}

static void test_unknown_is_null_with_a_reason(void **state)
{
	struct probing p = probing_new(4);
	struct js *top;

	(void)state;
	sham_error(p.m, CPUS "/cpufreq/policy1/scaling_governor", -EACCES);
	sham_error(p.m, "/proc/stat", -EIO);
	probing_tick(&p);
	top = json_of(p.snap);
	assert_true(js_is_null(at(top, "facts.frequency.policy.1.governor")));
	says(top, "facts.frequency.policy.1.governor_why", "denied: EACCES " CPUS "/cpufreq/policy1/scaling_governor");
	assert_true(js_is_null(at(top, "facts.load")));
	says(top, "facts.load_why", "broken: EIO");
	assert_true(js_is_null(at(top, "facts.silicon.cpu.0.busy")));
	js_free(top);
	probing_end(&p);
}

static void test_what_json_cannot_hold(void **state)
{
	struct probing p = probing_new(2);
	struct js *top, *numbers;
	struct arena *a = arena_new(0);
	uint64_t u;

	(void)state;
	sham_put(p.m, CPUS "/cpufreq/policy0/scaling_max_freq", "18446744073709551615\n");
	sham_put(p.m, CPUS "/cpufreq/policy0/scaling_available_frequencies", "9223372036854775808 1 -5 x\xff\n");
	sham_put(p.m, "/sys/class/dmi/id/sys_vendor", "D\xff\xfeLL \"x\\\" \x01\x1b[31m\n");
	probing_tick(&p);
	top = json_of(p.snap);
	says(top, "facts.frequency.policy.0.max_khz", "18446744073709551615"); /* a string of digits */
	numbers = at(top, "facts.frequency.policy.0.available_khz");
	assert_int_equal(js_count(numbers), 4);
	assert_string_equal(js_read_text(js_at(numbers, 0), a), "9223372036854775808");
	assert_string_equal(js_read_text(js_at(numbers, 3), a), "x\xff");
	assert_true(js_get_u64(at(top, "facts.frequency.policy.0"), "min_khz", &u) && u == 1200000);
	says(top, "facts.firmware.sys_vendor", "D\xff\xfeLL \"x\\\" \x01\x1b[31m");
	js_free(top);
	arena_free(a);
	probing_end(&p);
}

/* Nothing that moves a cursor, in 7 bits, in 8 or as a character; what is no UTF-8 is a question mark. */
static void check_tame(const char *text)
{
	for (const unsigned char *s = (const unsigned char *)text; *s; s++) {
		if ((*s < 0x20 && *s != '\n') || *s == 0x7f)
			fail_msg("a control character in %.40s", (const char *)s);
		if (s[0] == 0xc2 && s[1] >= 0x80 && s[1] < 0xa0)
			fail_msg("U+%04x in %.40s", s[1], (const char *)s);
		if (*s >= 0x80 && *s < 0xc0 && (s == (const unsigned char *)text || s[-1] < 0x80))
			fail_msg("a stray byte in %.40s", (const char *)s);
	}
}

static void test_text_obeys_nobody(void **state)
{
	static const char evil[] = "a\x1b[2J\x07\x9b"
				   "31m\xc2\x9b"
				   "31m\x7f\xff\xc3\xa9\r\tb\xe2\x82";
	struct probing p = probing_new(2);
	char *text;

	(void)state;
	sham_put(p.m, "/sys/class/dmi/id/sys_vendor", "%s\n", evil);
	sham_put(p.m, "/proc/sys/kernel/osrelease", "%s\n", evil);
	sham_policies(p.m, "scaling_driver", evil);
	sham_policies(p.m, "scaling_governor", evil);
	sham_busy(p.m, 1, 100);
	for (int i = 0; i < 2; i++) {
		probing_pass(&p, 1000);
		text = report_text(p.snap);
		check_tame(text);
		assert_non_null(strstr(text, "\xc3\xa9")); /* letters stay */
		free(text);
	}
	probing_end(&p);
}

static void test_text_of_everything(void **state)
{
	struct probing p = probing_new(2);
	char *text;

	(void)state;
	sham_error(p.m, CPUS "/cpufreq/policy1/scaling_max_freq", -EIO);
	probing_tick(&p);
	text = report_text(p.snap);
	assert_non_null(strstr(text, "hvscope report   sham   THIS MACHINE\n"));
	assert_non_null(strstr(text, "\nFrequency  (frequency)\n"));
	assert_non_null(strstr(text, "reading"));
	assert_non_null(strstr(text, "broken: EIO"));
	for (size_t i = 0; i < nprobes; i++)
		assert_non_null(strstr(text, probes[i]->title));
	free(text);
	sham_error(p.m, "/proc/stat", -EACCES);
	probing_pass(&p, 1000);
	text = report_text(p.snap);
	assert_non_null(strstr(text, "CPU load  (load)\n  denied: EACCES\n"));
	free(text);
	probing_end(&p);
}

/* A probe of lists within lists, as idle states lie within CPUs. */
struct shelf {
	struct value name;
	struct rows box;
};
struct box {
	struct value id, weight;
};
struct room {
	struct rows shelf;
};
static const char *const src_none[] = {"/nowhere", NULL};
static const struct field box_fields[] = {
	FIELD(struct box, id, "Box", TYPE_U64, UNIT_ID, 0, src_none, "Which."),
	FIELD(struct box, weight, "Weight", TYPE_U64, UNIT_COUNT, 0, src_none, "How much."),
};
static const struct field shelf_fields[] = {
	FIELD(struct shelf, name, "Shelf", TYPE_TEXT, UNIT_NONE, 0, src_none, "Which."),
};
static const struct row_set box_set = {
	"box", "id", offsetof(struct shelf, box), sizeof(struct box), TABLE(box_fields), NULL, 0};
static const struct row_set shelf_set = {
	"shelf", "name", offsetof(struct room, shelf), sizeof(struct shelf), TABLE(shelf_fields), &box_set, 1};
static const struct probe probe_room = {
	.name = "room", .title = "Room", .size = sizeof(struct room), .sets = &shelf_set, .nsets = 1};

/* Rows within rows stand in one table, each behind the keys of those around it; a list that is empty has no lines. */
static void test_text_of_lists_within_lists(void **state)
{
	struct box many[] = {{value_u64(0, 0), value_u64(7, 0)}, {value_u64(3, 0), value_error(-EACCES, 0)}},
		   one[] = {{value_u64(12, 0), value_u64(1234, 0)}};
	struct shelf shelves[] = {{value_text("top", 0), {many, 2, KNOWN, 0}},
		{value_text("empty", 0), {NULL, 0, KNOWN_ABSENT, -ENOENT}},
		{value_text("x\x1b]", 0), {one, 1, KNOWN, 0}}};
	struct room room = {{shelves, COUNT(shelves), KNOWN, 0}};
	struct snapshot *s = snapshot_new(1);
	struct block *b = xcalloc(1, sizeof(*b));
	char *text;

	(void)state;
	*b = (struct block){.probe = &probe_room, .facts = &room, .refs = 1};
	s->block[0] = b;
	text = report_text(s);
	assert_non_null(strstr(text, "\nRoom  (room)\n"
				     "  shelf\n"
				     "    name\n"
				     "    top\n"
				     "    empty\n"
				     "    x?]\n"
				     "  shelf.box\n"
				     "    shelf id         weight\n"
				     "    top    0              7\n"
				     "    top    3 denied: EACCES\n"
				     "    x?\\]  12           1234\n"));
	free(text);
	shelves[0].box = shelves[2].box = (struct rows){NULL, 0, KNOWN, 0};
	text = report_text(s);
	assert_null(strstr(text, "shelf.box"));
	free(text);
	snapshot_unref(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fixed_names),
		cmocka_unit_test(test_offline_is_null),
		cmocka_unit_test(test_unknown_is_null_with_a_reason),
		cmocka_unit_test(test_what_json_cannot_hold),
		cmocka_unit_test(test_text_obeys_nobody),
		cmocka_unit_test(test_text_of_everything),
		cmocka_unit_test(test_text_of_lists_within_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
