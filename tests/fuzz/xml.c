/* Fuzzes the reader of domains' XML: what is taken out of a document is gone, and all before and behind it is there. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdint.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/cpuset.h"
#include "probes/guest_xml.h"
#include "probes/util.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_cut(struct arena *a, const char *xml, size_t len, struct pin_name pin)
{
	const char *cpus = NULL, *left = NULL;
	size_t same = 0, tail = 0, n;
	char why[200];
	int err;

	if (guest_xml_pin(a, xml, len, pin, &cpus, why) || strcmp(cpus, "-") == 0)
		return;
	err = guest_xml_without_pin(a, xml, len, pin, &left, why);
	if (err)
		BUG("a pin that is there cannot be taken out: %s", why);
	n = strlen(left);
	while (same < n && left[same] == xml[same])
		same++;
	while (tail < n && left[n - 1 - tail] == xml[len - 1 - tail])
		tail++;
	if (n >= len || same + tail < n)
		BUG("more than one piece is gone");
	err = guest_xml_pin(a, left, n, pin, &cpus, why);
	if (err || strcmp(cpus, "-") != 0)
		BUG("the pin is still there: %s", err ? why : cpus);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct pin_name pins[] = {
		{.kind = PIN_VCPU}, {.kind = PIN_VCPU, .number = 1}, {.kind = PIN_EMULATOR}, {PIN_IOTHREAD, 1}};
	struct arena *a = arena_new(size);
	const char *xml = arena_text(a, (const char *)data, size);
	struct guest g;
	char why[200];

	if (guest_xml_read(a, xml, size, &g, why) == 0) {
		if (g.pin.n > 16384)
			BUG("%u vCPUs", g.pin.n);
		for (size_t i = 0; i < COUNT(pins); i++)
			check_cut(a, xml, size, pins[i]);
	} else if (!why[0]) {
		BUG("refused without a reason");
	}
	arena_free(a);
	return 0;
}
