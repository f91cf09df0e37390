/* Tests the one edit that is made in a domain's XML: a pin is taken out, and every other byte stays. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/arena.h"
#include "probes/guest_xml.h"
#include "probes/util.h"

#define HEAD "<domain type='kvm'>\n  <name>a</name>\n  <vcpu>4</vcpu>\n"
#define TAIL "  <os/>\n</domain>\n"

static const struct pin_name vcpu0 = {.kind = PIN_VCPU}, vcpu1 = {.kind = PIN_VCPU, .number = 1},
			     emulator = {.kind = PIN_EMULATOR}, iothread1 = {.kind = PIN_IOTHREAD, .number = 1};

static void says(const char *xml, struct pin_name pin, const char *expected)
{
	struct arena *a = arena_new(0);
	const char *cpus;
	char why[200];
	int err = guest_xml_pin(a, xml, strlen(xml), pin, &cpus, why);

	if (err)
		fail_msg("%s: %s", strerror(-err), why);
	assert_string_equal(cpus, expected);
	arena_free(a);
}

static void fails(const char *xml, struct pin_name pin, int expected)
{
	struct arena *a = arena_new(0);
	const char *cut = NULL;
	char why[200] = "";

	assert_int_equal(guest_xml_without_pin(a, xml, strlen(xml), pin, &cut, why), expected);
	assert_true(*why);
	assert_null(cut);
	arena_free(a);
}

/* before + cut + after is the document; without the pin it is before + after. */
static void takes(const char *before, const char *cut, const char *after, struct pin_name pin)
{
	struct arena *a = arena_new(0);
	const char *xml = arena_printf(a, "%s%s%s", before, cut, after), *left = NULL;
	char why[200] = "";
	int err = guest_xml_without_pin(a, xml, strlen(xml), pin, &left, why);

	if (err)
		fail_msg("%s: %s\n%s", strerror(-err), why, xml);
	assert_string_equal(left, arena_printf(a, "%s%s", before, after));
	says(left, pin, "-");
	arena_free(a);
}

static void test_names(void **state)
{
	static const char *const bad[] = {"", "vcpu", "vcpu/", "vcpu/x", "vcpu/-1", "vcpu/1 ", "vcpu/ 1", "vcpu/1/2",
		"vcpu/99999999999", "emulator/0", "Emulator", "iothread", "iothread/1x", "vcpu/0\n"};
	struct pin_name pin;

	(void)state;
	assert_int_equal(pin_name_parse("vcpu/17", &pin), 0);
	assert_int_equal(pin.kind, PIN_VCPU);
	assert_int_equal(pin.number, 17);
	assert_int_equal(pin_name_parse("emulator", &pin), 0);
	assert_int_equal(pin.kind, PIN_EMULATOR);
	assert_int_equal(pin_name_parse("iothread/1", &pin), 0);
	assert_int_equal(pin.kind, PIN_IOTHREAD);
	assert_int_equal(pin.number, 1);
	for (size_t i = 0; i < COUNT(bad); i++)
		if (pin_name_parse(bad[i], &pin) != -EINVAL)
			fail_msg("%s is a name", bad[i]);
}

static void test_reading(void **state)
{
	static const char xml[] = HEAD "  <cputune>\n    <vcpupin vcpu='0' cpuset='0-3,^2'/>\n"
				       "    <!-- <vcpupin vcpu='1' cpuset='5'/> -->\n"
				       "    <emulatorpin cpuset='6'></emulatorpin>\n"
				       "    <iothreadpin cpuset=\"7\" iothread=\"1\"/>\n  </cputune>\n" TAIL;

	(void)state;
	says(xml, vcpu0, "0-3,^2");
	says(xml, vcpu1, "-");
	says(xml, emulator, "6");
	says(xml, iothread1, "7");
	says(HEAD TAIL, emulator, "-");
	fails("<domain><cputune><vcpupin vcpu='0'/></cputune>", vcpu0, -EINVAL);
	fails("<domain/>", vcpu0, -ENOENT);
	fails(HEAD TAIL, emulator, -ENOENT);
	fails("<domain><vcpupin vcpu='0' cpuset='1'/></domain>", vcpu0, -ENOENT);
	fails("<domain><cputune><vcpupin vcpu='0' cpuset='1'/><vcpupin vcpu='0' cpuset='2'/></cputune></domain>", vcpu0,
		-EINVAL);
}

static void test_lines(void **state)
{
	(void)state;
	takes(HEAD "  <cputune>\n    <shares>2</shares>\n", "    <vcpupin vcpu='0' cpuset='1'/>\n",
		"    <vcpupin vcpu='1' cpuset='1'/>\n  </cputune>\n" TAIL, vcpu0);
	takes(HEAD "  <cputune>\n    <vcpupin vcpu='0' cpuset='1'/>\n", "\t<emulatorpin\n\tcpuset='1'\n\t/> \t\r\n",
		"  </cputune>\n" TAIL, emulator);
	takes(HEAD "  <cputune>\n    <shares>2</shares>\n", "    <iothreadpin iothread='1' cpuset='2'> </iothreadpin>\n",
		"  </cputune>\n" TAIL, iothread1);
	/* beside others in one line: that line stays */
	takes(HEAD "<cputune><shares>2</shares> ", "<vcpupin vcpu='0' cpuset='1'/>", " <period>9</period></cputune>" TAIL,
		vcpu0);
	takes(HEAD "  <cputune>\n    ", "<vcpupin vcpu='0' cpuset='1'/>", "<vcpupin vcpu='1' cpuset='1'/>\n  </cputune>\n" TAIL,
		vcpu0);
}

/* The last one takes the element around it along, which libvirt would not write either. */
static void test_the_last(void **state)
{
	(void)state;
	takes(HEAD, "  <cputune>\n    <vcpupin vcpu='0' cpuset='1'/>\n  </cputune>\n", TAIL, vcpu0);
	takes(HEAD "  ", "<cputune><emulatorpin cpuset='1'/></cputune>", "<memory>1</memory>\n" TAIL, emulator);
	takes("<domain>", "<cputune ><vcpupin vcpu='0' cpuset='1'><x/></vcpupin >\n</cputune >", "</domain>", vcpu0);
	/* not with what somebody wrote beside it */
	takes(HEAD "  <cputune>\n    <!-- by hand -->\n", "    <vcpupin vcpu='0' cpuset='1'/>\n", "  </cputune>\n" TAIL,
		vcpu0);
	takes(HEAD "  <cputune note='x'>\n", "    <vcpupin vcpu='0' cpuset='1'/>\n", "  </cputune>\n" TAIL, vcpu0);
	/* of two, only the one that is emptied */
	takes(HEAD "  <cputune>\n    <shares>1</shares>\n  </cputune>\n",
		"  <cputune>\n    <vcpupin vcpu='0' cpuset='1'/>\n  </cputune>\n", TAIL, vcpu0);
}

/* What only looks like it. */
static void test_likenesses(void **state)
{
	static const char pin[] = "    <vcpupin cpuset = \"1\"   vcpu = '0' />\n";

	(void)state;
	takes(HEAD "  <cputune>\n    <!-- <vcpupin vcpu='0' cpuset='9'/> </cputune> -->\n    <shares>1</shares>\n", pin,
		"  </cputune>\n" TAIL, vcpu0);
	takes("<?xml version='1.0'?>\n<!-- <domain><cputune><vcpupin vcpu='0'/> -->\n<domain>\n"
	      "<title><![CDATA[<cputune><vcpupin vcpu='0' cpuset='1'/></cputune>]]></title>\n"
	      "<?pi <cputune> ?>\n<cputune>\n<shares>1</shares>\n",
		pin, "</cputune>\n</domain>\n<!-- end -->\n", vcpu0);
	takes("<domain title='a>b' x=\"/domain>'\">\n<cputune><shares x='/>'>1</shares>\n", pin, "</cputune></domain>",
		vcpu0);
	/* another's namespace, another depth, another number */
	takes("<domain xmlns:q='urn:q'>\n<q:cputune><vcpupin vcpu='0' cpuset='4'/></q:cputune>\n"
	      "<metadata><cputune><vcpupin vcpu='0' cpuset='4'/></cputune></metadata>\n"
	      "<cputune>\n<q:vcpupin vcpu='0' cpuset='4'/>\n<vcpupin q:vcpu='0' vcpu='10' cpuset='4'/>\n",
		pin, "</cputune></domain>", vcpu0);
	takes("\xef\xbb\xbf<domain><cputune><shares>1</shares>\n", pin, "</cputune></domain>", vcpu0);
	takes("<domain><cputune><shares>1</shares>", "<vcpupin vcpu='&#48;' cpuset='1'/>", "</cputune></domain>", vcpu0);
	takes("<domain><name>\xc3\xa9\xe2\x80\xae</name><cputune><shares>1</shares>\n", pin, "</cputune></domain>", vcpu0);
}

static uint32_t next(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 16;
}

/* Any mixture of elements, comments and blanks: what is taken out and put back by hand is the document of before. */
static void test_any_document(void **state)
{
	static const char *const others[] = {"<shares>7</shares>", "<!-- <vcpupin vcpu='0' cpuset='1'/> -->", "\n", "\n  ",
		"<vcpupin vcpu='1' cpuset='2'/>", "<emulatorpin cpuset='3'/>", "<x><vcpupin vcpu='0' cpuset='5'/></x>",
		"<![CDATA[<vcpupin>]]>", "<?a <b>?>", " \t"};
	uint32_t seed = 4711;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct arena *a = arena_new(0);
		char before[1024] = "<domain>\n<cputune><period>1</period>", after[1024] = "";
		bool used[COUNT(others)] = {false};

		for (unsigned n = next(&seed) % 6; n; n--) {
			unsigned i = next(&seed) % COUNT(others);

			strcat(before, used[i] && (i == 4 || i == 5) ? " " : others[i]);
			used[i] = true;
		}
		for (unsigned n = next(&seed) % 6; n; n--) {
			unsigned i = next(&seed) % COUNT(others);

			strcat(after, used[i] && (i == 4 || i == 5) ? " " : others[i]);
			used[i] = true;
		}
		strcat(after, "</cputune></domain>");
		const char *pin = "<vcpupin vcpu='0' cpuset='9'/>", *left;
		char *xml = arena_printf(a, "%s%s%s", before, pin, after), why[200], *line;
		size_t from = strlen(before), to = from + strlen(pin);

		/* the line goes when it is alone in it */
		for (line = xml + from; line[-1] == ' ' || line[-1] == '\t';)
			line--;
		size_t behind = to + strspn(xml + to, " \t");
		if (line[-1] == '\n' && xml[behind] == '\n') {
			from = (size_t)(line - xml);
			to = behind + 1;
		}
		assert_int_equal(guest_xml_without_pin(a, xml, strlen(xml), vcpu0, &left, why), 0);
		assert_string_equal(
			arena_printf(a, "%.*s%.*s%s", (int)from, left, (int)(to - from), xml + from, left + from), xml);
		arena_free(a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_reading),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_the_last),
		cmocka_unit_test(test_likenesses),
		cmocka_unit_test(test_any_document),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
