/* Tests XML of domains that is refused, that is hostile, and which devices count as slow. */
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

struct read {
	struct arena *a;
	struct guest g;
	char why[200];
};

static struct read read_text(const char *xml)
{
	struct read r = {.a = arena_new(0)};
	int err = guest_xml_read(r.a, xml, strlen(xml), &r.g, r.why);

	if (err)
		fail_msg("%s: %s", strerror(-err), r.why);
	return r;
}

static void is_text(struct value v, const char *expected)
{
	if (!expected) {
		assert_int_equal(v.known, KNOWN_ABSENT);
		return;
	}
	assert_int_equal(v.known, KNOWN);
	assert_string_equal(v.text, expected);
}

static void refused(const char *xml, size_t len, int err, const char *why)
{
	struct arena *a = arena_new(0);
	struct guest g;
	char said[200] = "";
	int got = guest_xml_read(a, xml, len, &g, said);

	if (got != err || !strstr(said, why))
		fail_msg("%.60s: %d, %s", xml, got, said);
	for (const char *p = said; *p; p++)
		assert_true((unsigned char)*p >= 0x20 && *p != 0x7f);
	arena_free(a);
}

static void test_refused(void **state)
{
	static const struct {
		const char *xml, *why;
	} bad[] = {
		{"", "Document is empty"},
		{"<domain>\n<name>a\n</domain>", "line 3"},
		{"<domain/>x", "line 1"},
		{"<network/>", "no domain but <network>"},
		{"<domstatus><domain/></domstatus>", "<domstatus>"},
		{"<domain xmlns='urn:x'/>", "no domain"},
		{"<domain><vcpu>16385</vcpu></domain>", "16385 vCPUs"},
		{"<domain>&unknown;</domain>", "unknown"},
		{"<domain><name>\xff</name></domain>", "line 1"},
		{"<!DOCTYPE domain><domain/>", "document type"},
		{"<!DOCTYPE d SYSTEM 'file:///etc/passwd'><domain/>", "document type"},
		{"<!DOCTYPE d [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><domain><name>&x;</name></domain>",
			"document type"},
		{"<!DOCTYPE d [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;'>"
		 "<!ENTITY d '&c;&c;&c;&c;&c;'>]><domain><name>&d;&d;&d;</name></domain>",
			"document type"},
	};
	char *big = xcalloc(1, GUEST_XML_MOST + 2), *deep = xcalloc(1, 100000);

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		refused(bad[i].xml, strlen(bad[i].xml), -EINVAL, bad[i].why);
	refused("<domain/>\0<x>", 13, -EINVAL, "NUL");
	memset(big, ' ', GUEST_XML_MOST + 1);
	refused(big, GUEST_XML_MOST + 1, -EFBIG, "more than");
	strcpy(deep, "<domain>");
	for (size_t i = 0; i < 20000; i++)
		memcpy(deep + 8 + i * 3, "<a>", 3);
	refused(deep, strlen(deep), -EINVAL, "line 1");
	free(big);
	free(deep);
}

/* Names can be anything: they are kept as they are, but for what no screen would ever show. */
static void test_hostile_names(void **state)
{
	char *xml = xcalloc(1, 2 << 20);
	struct read r;

	(void)state;
	r = read_text("<domain><name><![CDATA[a<b>]]>&amp;&#x202e;c</name></domain>");
	is_text(r.g.name, "a<b>&\xe2\x80\xae"
			  "c");
	arena_free(r.a);
	strcpy(xml, "<domain><name>");
	for (size_t i = 0; i < 524288; i++)
		memcpy(xml + 14 + i * 2, "é", 2);
	strcat(xml, "</name></domain>");
	r = read_text(xml);
	assert_in_range(strlen(r.g.name.text), 65530, 65536);
	assert_string_equal(r.g.name.text + strlen(r.g.name.text) - 5, "é…");
	arena_free(r.a);
	/* a word stays one word */
	r = read_text("<domain type='kvm'><devices><disk><target dev='a b' bus='ide'/></disk><video>"
		      "<model type='x y'/></video></devices></domain>");
	is_text(r.g.slow_devices, "a?b:ide");
	is_text(r.g.video, "x?y");
	arena_free(r.a);
	free(xml);
}

static void test_slow_devices(void **state)
{
	static const struct {
		const char *devices, *slow;
	} cases[] = {
		{"<disk><target dev='sda' bus='sata'/></disk>", "sda:sata"},
		{"<disk device='lun'><target dev='fda' bus='fdc'/></disk>", "fda:fdc"},
		{"<disk device='floppy'><target dev='fda' bus='fdc'/></disk>", NULL},
		{"<disk><target dev='hda'/></disk>", "hda:ide"},
		{"<disk><target dev='sda' bus='scsi'/></disk>", NULL},
		{"<disk><target dev='sda' bus='scsi'/></disk><controller type='scsi' index='0' model='virtio-scsi'/>",
			NULL},
		{"<disk><target dev='sda' bus='scsi'/></disk><controller type='scsi' index='0' model='pvscsi'/>",
			"sda:pvscsi"},
		{"<interface type='bridge'><model type='rtl8139'/></interface>", "net0:rtl8139"},
		{"<interface type='bridge'><model type='igb'/></interface>", NULL},
		{"<interface type='hostdev'/>", NULL},
	};
	char xml[512];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		snprintf(xml, sizeof(xml), "<domain type='kvm'><devices>%s</devices></domain>", cases[i].devices);
		struct read r = read_text(xml);
		is_text(r.g.slow_devices, cases[i].slow);
		arena_free(r.a);
	}
	/* on ARM a missing model is virtio, and Xen's devices are not QEMU's */
	struct read r = read_text("<domain type='kvm'><os><type arch='aarch64'>hvm</type></os><devices><interface "
				  "type='bridge'/></devices></domain>");
	is_text(r.g.slow_devices, NULL);
	arena_free(r.a);
	r = read_text("<domain type='xen'><devices><interface type='bridge'/></devices></domain>");
	is_text(r.g.slow_devices, NULL);
	arena_free(r.a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_hostile_names),
		cmocka_unit_test(test_slow_devices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
