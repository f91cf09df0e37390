/* Fuzzes what masks the texts of a machine: documents, command lines, sentences, and paths there and back. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/masked_impl.h"
#include "probes/util.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A path there leads back: what a probe was told is what it asks for. What looks like a stand-in may be another's. */
static void there_and_back(struct masks *m, struct slice path)
{
	struct text there = text_begin(), back = text_begin();

	if (!memchr(path.p, '\0', path.len) && !memmem(path.p, path.len, "guest", 5) && !memmem(path.p, path.len, "name", 4) &&
		!memmem(path.p, path.len, "00000", 5)) {
		mask_path(m, &there, path);
		mask_unpath(m, &back, there.bytes);
		if (back.len != path.len || memcmp(back.bytes, path.p, path.len) != 0)
			abort();
	}
	text_end(&there, NULL);
	text_end(&back, NULL);
}

/* The first byte says which form; the rest is the text, seen twice: what has a stand-in keeps it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = {"@virt/guests", "@virt/connection", "@virt/x/live/xml", "@virt/stats/block", "@other",
		"/proc/cmdline", "/proc/version", "/proc/sysinfo", "/proc/sys/kernel/hostname", "/proc/1/cmdline", "/proc/1/cgroup",
		"/proc/interrupts", "/proc/net/dev", "/sys/block/x/serial", "/sys/any"};
	struct text once = text_begin(), again = text_begin();
	struct masks *m = masks_new();
	struct slice s;
	char *copy;
	mask_form *form;

	if (size) {
		/* as answers are: with a NUL behind them */
		copy = xcalloc(size, 1);
		memcpy(copy, data + 1, size - 1);
		s = (struct slice){copy, size - 1};
		form = mask_form_of(paths[data[0] % COUNT(paths)]);
		mask_guest(m, slice_of("web3"));
		form(m, &once, s);
		form(m, &again, s);
		form(m, &again, s);
		there_and_back(m, s);
		free(copy);
	}
	text_end(&once, NULL);
	text_end(&again, NULL);
	masks_free(m);
	return 0;
}
