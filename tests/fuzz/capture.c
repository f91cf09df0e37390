/* Fuzzes the reader of captures: what it takes can be played forward, and again from the start with the same answers.
 */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/capture_impl.h"
#include "probes/util.h"

enum { PATHS_ASKED = 30, TICKS_PLAYED = 5 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What goes beyond the program's own would only be slow here; these a few lines reach. */
static const struct capture_limits small = {
	.paths = 3000, .names = 1 << 16, .text = 1 << 16, .filled = 1 << 20, .held = 1 << 16,
};

static uint64_t mixed(uint64_t sum, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		sum = (sum ^ (unsigned char)bytes[i]) * 1099511628211U;
	return sum;
}

static int each(const char *name, void *arg)
{
	uint64_t *sum = arg;

	if (!name[0] || strchr(name, '/'))
		BUG("a name that is none");
	*sum = mixed(*sum, name, strlen(name) + 1);
	return 0;
}

/* All that can be asked of one path, in one number. */
static uint64_t ask(struct host *h, const char *path, uint64_t sum)
{
	struct answer a;
	int r[4] = {host_read(h, path, &a), 0, 0, 0}, kept = host_keep(h, path);

	if (a.text[a.len] || (r[0] && !a.why[0]))
		BUG("%s: an answer without its end, or an error without words", path);
	sum = mixed(sum, a.text, a.len) ^ a.t_ns;
	if ((kept < 0) != (r[0] < 0) && kept != -EMFILE)
		BUG("%s is kept as %d and read as %d", path, kept, r[0]);
	if (kept >= 0) {
		size_t len = a.len;
		r[1] = host_read_kept(h, kept, &a);
		if (r[1] || a.len != len)
			BUG("%s: kept it is another text", path);
		host_drop(h, kept);
	}
	r[2] = host_link(h, path, &a);
	sum = mixed(sum, a.text, a.len);
	r[3] = host_list(h, path, each, &sum);
	return mixed(sum, (const char *)r, sizeof(r));
}

static uint64_t ask_all(struct host *h, const struct capture *c)
{
	uint64_t sum = host_now(h) ^ (uint64_t)host_wall(h);
	char path[PATH_MAX + 16];

	for (uint32_t i = 0; i < c->nsaid && i < PATHS_ASKED; i++) {
		int len = snprintf(path, sizeof(path), "%.*s", (int)c->said[i].len, c->said[i].path);
		sum = ask(h, path, sum);
		snprintf(path + len, sizeof(path) - (size_t)len, "/../a/x");
		sum = ask(h, path, sum);
		path[strrchr(path, '/') - path] = '\0';
		sum = ask(h, path, sum);
	}
	return ask(h, "/", ask(h, "@capture/tick", sum)) ^ host_now(h);
}

static void play(struct host *h)
{
	const struct capture *c = (const struct capture *)h->machine;
	uint64_t sum[TICKS_PLAYED] = {0};
	int n;

	for (n = 0; n < TICKS_PLAYED && !host_tick(h, 1); n++)
		sum[n] = ask_all(h, c);
	if (host_tick(h, -n) || host_tick(h, 1) || ask_all(h, c) != sum[0])
		BUG("the first tick is another one than before");
	if (n > 1 && (host_tick(h, n - 1) || ask_all(h, c) != sum[n - 1]))
		BUG("tick %d is another one than before", n);
	if (host_tick(h, (int)c->nticks) != -ERANGE)
		BUG("there is a tick behind the last one");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xcalloc(size + 1, 1), why[200] = "";
	struct host *h;

	if (size)
		memcpy(text, data, size);
	int err = capture_open_limited(text, size, "x.host", &small, &h, why);
	if (err && strncmp(why, "x.host:", 7) != 0)
		BUG("an error that names no line: %s", why);
	if (err)
		return 0;
	play(h);
	host_close(h);
	return 0;
}
