/* Drives a sampler tick by tick and looks facts up, failing the test with the address that disappoints. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/probing.h"

#include <inttypes.h>
#include <math.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "probes/address.h"
#include "probes/report.h"
#include "tests/lib/hosts.h"

struct probing probing_new(unsigned cpus)
{
	struct probing p = {.m = sham_new()};

	if (cpus)
		sham_machine(p.m, cpus);
	p.s = sampler_new(sham_host(p.m));
	return p;
}

struct probing probing_capture(const char *name)
{
	return (struct probing){.s = sampler_new(host_capture(name)), .want = {.everything = true}};
}

void probing_end(struct probing *p)
{
	snapshot_unref(p->snap);
	sampler_free(p->s);
	if (p->m)
		sham_free(p->m);
}

void probing_tick(struct probing *p)
{
	snapshot_unref(p->snap);
	p->snap = sampler_step(p->s, &p->want);
}

void probing_pass(struct probing *p, unsigned ms)
{
	sham_pass(p->m, ms);
	probing_tick(p);
}

void probing_news(int fd)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
	uint64_t n;

	if (poll(&poll_fd, 1, 20000) != 1)
		fail_msg("no snapshot within 20 s");
	assert_int_equal(read(fd, &n, sizeof(n)), sizeof(n));
}

static struct value find(struct probing *p, const char *address)
{
	struct found at;
	int err = address_find(p->snap, address, &at);

	if (err || !at.value)
		fail_msg("%s leads to nothing: %d", address, err);
	return *at.value;
}

struct value probing_value(struct probing *p, const char *format, ...)
{
	char address[ADDRESS_MAX];
	va_list ap;

	va_start(ap, format);
	vsnprintf(address, sizeof(address), format, ap);
	va_end(ap);
	return find(p, address);
}

static void must_be_known(const char *address, struct value v)
{
	if (!value_known(v))
		fail_msg("%s is not known: %s %s", address, known_word(v.known), errno_word(v.err));
}

void probing_is(struct probing *p, const char *address, uint64_t expected)
{
	struct value v = find(p, address);

	must_be_known(address, v);
	if (v.u != expected)
		fail_msg("%s is %" PRIu64 ", not %" PRIu64, address, v.u, expected);
}

void probing_words(struct probing *p, const char *address, const char *expected)
{
	struct value v = find(p, address);
	struct found at;
	struct arena *a = arena_new(0);
	char *words;

	address_find(p->snap, address, &at);
	words = value_words(a, v, at.field->type);
	if (strcmp(words, expected) != 0)
		fail_msg("%s says \"%s\", not \"%s\"", address, words, expected);
	arena_free(a);
}

void probing_says(struct probing *p, const char *address, const char *expected)
{
	must_be_known(address, find(p, address));
	probing_words(p, address, expected);
}

void probing_near(struct probing *p, const char *address, double expected, double within)
{
	struct value v = find(p, address);

	must_be_known(address, v);
	if (!(fabs(v.f - expected) <= within))
		fail_msg("%s is %g, not %g", address, v.f, expected);
}

void probing_not(struct probing *p, const char *address, enum known known)
{
	struct value v = find(p, address);

	if (v.known != known)
		fail_msg("%s is %s (%s), not %s", address, known_word(v.known), errno_word(v.err), known_word(known));
}
