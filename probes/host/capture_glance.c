/* Looks at a text while it comes, so that what is no capture costs little however long it would become. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "probes/host/capture_read.h"
#include "probes/util.h"

#define NAME "hvscope-capture " /* of any version */

const char *reading_stranger(struct slice text)
{
	static const struct {
		const char *begins, *is;
	} others[] = {{"\xef\xbb\xbf", "it begins with a byte order mark (BOM), which a capture does not have"},
		{"\xff\xfe", "it is UTF-16, and a capture is UTF-8"}, {"\xfe\xff", "it is UTF-16, and a capture is UTF-8"},
		{"BZh", "it is compressed by bzip2: only what gzip compressed is read, or the text itself"},
		{"\xfd" "7zXZ", "it is compressed by xz: only what gzip compressed is read, or the text itself"},
		{"\x28\xb5\x2f\xfd", "it is compressed by zstd: only what gzip compressed is read, or the text itself"}};

	if (slice_starts(text, NAME))
		return NULL;
	for (size_t i = 0; i < COUNT(others); i++)
		if (slice_starts(text, others[i].begins))
			return others[i].is;
	return "it is no capture: that would begin with \"" CAPTURE_MAGIC "\"";
}

int reading_glance(void *arg, const char *text, size_t len)
{
	struct reading *r = arg;
	struct slice all = {text, len};

	if (!r->number) {
		if (len < strlen(NAME))
			return 0;
		r->number = 1;
		if (reading_stranger(all))
			return reading_bad(r, -EBADMSG, reading_stranger(all));
	}
	while (r->next < len) {
		const char *end = memchr(text + r->next, '\n', len - r->next);

		r->next = (uint32_t)(end ? (size_t)(end - text) : len);
		if (r->next - r->start > CAPTURE_LINE_MOST)
			return reading_bad(r, -EFBIG, CAPTURE_LINE_LONG);
		if (!end)
			break;
		r->start = ++r->next;
		r->number++;
	}
	return 0;
}
