/* Tests that a recording ends before its capture is longer than one may be; by itself, since it takes its time. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/host/capture.h"
#include "probes/host/host.h"
#include "probes/host/recording.h"
#include "probes/util.h"
#include "tests/lib/sham.h"

static int count_bytes(void *arg, const char *bytes, size_t len)
{
	(void)bytes;
	*(uint64_t *)arg += len;
	return 0;
}

/* A capture that has become as long as one may be is ended before that, and is whole. */
static void a_capture_that_is_full(void **state)
{
	enum { MANY = 32 << 20 };
	struct sham *m = sham_new();
	char *big = xcalloc(MANY + 1, 1);
	uint64_t bytes = 0;
	struct answer a;
	struct host *h;
	int err = 0;

	(void)state;
	for (size_t i = 0; i < MANY; i++)
		big[i] = i % 1000 == 999 ? '\n' : 'x';
	recording_open(sham_host(m), count_bytes, &bytes, &h);
	for (int i = 0; i < 20 && !err; i++) {
		memset(big, 'a' + i, 900);
		big[MANY / 2] = '\n'; /* no line less, so that all of it is written again */
		sham_bytes(m, i % 2 ? "/a" : "/b", big, MANY - (size_t)i);
		host_tick(h, 1);
		assert_int_equal(host_read(h, i % 2 ? "/a" : "/b", &a), 0);
		err = recording_flush(h, false);
	}
	assert_int_equal(err, -EFBIG);
	assert_int_equal(recording_flush(h, true), -EFBIG);
	assert_true(bytes <= CAPTURE_BYTES_MOST && bytes > CAPTURE_BYTES_MOST - 2 * MANY);
	host_close(h);
	sham_free(m);
	free(big);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_capture_that_is_full)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
