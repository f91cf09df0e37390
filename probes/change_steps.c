/* One step on the host: each answer is copied at once, since the next call moves it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/change_steps.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/change_words.h"
#include "probes/compare.h"
#include "probes/guest_xml.h"
#include "probes/host/host.h"
#include "probes/pin_path.h"

enum { PUT_BACK_TRIES = 3 };

int step_fail(struct arena *a, struct step *s, int err, const char *format, ...)
{
	va_list ap;

	if (s->err)
		return err;
	va_start(ap, format);
	s->why = arena_vprintf(a, format, ap);
	va_end(ap);
	s->err = err;
	return err;
}

/* What a capture holds of a guest are its documents: a pin that nobody asked for at that time stands in them. */
static int pin_in_document(struct host *h, struct arena *a, const char *path, const char **ret_text)
{
	struct pin_path pin;
	struct pin_name name;
	struct answer answer;
	const char *cpus, *document;
	char why[200];
	int err;

	if (host_about(h)->kind != HOST_CAPTURE || !pin_path_parse(path, &pin))
		return -ENODATA;
	document = arena_printf(a, "@virt/%s/%s/xml", pin.uuid, pin.live ? "live" : "config");
	err = pin_name_parse(path + strlen(document) - strlen("xml"), &name);
	err = err ? err : host_read(h, document, &answer);
	err = err ? err : guest_xml_pin(a, answer.text, answer.len, name, &cpus, why);
	if (!err)
		*ret_text = arena_printf(a, "%s\n", cpus);
	return err;
}

int step_read(struct host *h, struct arena *a, struct step *s, const char **ret_text)
{
	struct answer answer;
	int err = host_read(h, s->path, &answer);

	if (err == -ENODATA && !pin_in_document(h, a, s->path, ret_text))
		return 0;
	if (err < 0)
		return step_fail(a, s, err, "%s", answer.why);
	*ret_text = arena_text(a, answer.text, answer.len);
	host_wait_again(h); /* a daemon that answers may take its time for each of many steps */
	return 0;
}

int step_write(struct host *h, struct arena *a, struct step *s, const char *text)
{
	struct answer answer;
	int err = host_write(h, s->path, text, &answer);

	return err < 0 ? step_fail(a, s, err, "%s", answer.why) : 0;
}

bool step_has_instead(const struct step *s)
{
	return s->instead && pin_is_none(s->was);
}

const char *step_back(const struct step *s, struct arena *a)
{
	return step_has_instead(s) ? s->instead : compare_writable(s->compare, s->was, a);
}

bool step_is_back(const struct step *s, const char *text)
{
	return compare_same(s->compare, s->was, text) ||
	       (step_has_instead(s) && compare_same(s->compare, s->instead, text));
}

/* What refused to be written need not be written again: mostly nothing has changed. */
static bool holds_was(struct host *h, struct arena *a, struct step *s)
{
	struct step asked = {.path = s->path};
	const char *text = NULL;

	if (step_read(h, a, &asked, &text))
		return false;
	s->after = text;
	return step_is_back(s, text);
}

int step_put_back(struct host *h, struct arena *a, struct step *s, const char **ret_why)
{
	struct step tried = *s;
	const char *text = NULL, *back = step_back(s, a);
	bool half = pin_half_done(s->path, s->why);

	if (s->err && !half && holds_was(h, a, s))
		return 0;
	for (int i = 0; i < PUT_BACK_TRIES; i++) {
		tried.err = 0;
		if (step_write(h, a, &tried, back)) {
			/* some writes do their work and fail nevertheless */
			if (!half && holds_was(h, a, s))
				return 0;
			continue;
		}
		if (step_read(h, a, &tried, &text))
			continue;
		s->after = text;
		if (step_is_back(s, text))
			return 0;
		step_fail(a, &tried, -ESTALE, "holds %s after %s was written", step_text(a, text), step_text(a, back));
	}
	*ret_why = tried.why;
	return tried.err;
}
