/* What forbids undoing an entry before anything of it is looked at: its state, its host, its boot, its libvirt. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/journal.h"

#include <errno.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/change_words.h"
#include "probes/host/host.h"
#include "probes/journal_impl.h"
#include "probes/pin_libvirt.h"

static int on_another_libvirt(struct host *h, const struct entry *now, struct result *r)
{
	struct arena *a = arena_new(0);
	const char *uri = now->uri ? pin_libvirt(h, a, now->steps, now->nsteps) : NULL;
	int err = uri && strcmp(uri, now->uri) ? -EXDEV : 0;

	if (err && !strcmp(now->uri, LIBVIRT_USUAL))
		result_say(r, err, "change %llu was made on %s, not on %s: start %s", (unsigned long long)now->id,
			now->uri, uri, pin_libvirt_option(a, now->uri));
	else if (err)
		result_say(r, err, "change %llu was made on another libvirt than %s: start %s",
			(unsigned long long)now->id, uri, pin_libvirt_option(a, now->uri));
	arena_free(a);
	return err;
}

int journal_forbids(struct host *h, const struct journal *j, const struct entry *now, struct result *r)
{
	char why[200];
	int err = host_may_write(h, why);

	if (err) {
		result_say(r, err, "%s", why);
	} else if (j->refusal) {
		err = -EROFS;
		result_say(r, err, "%s", j->refusal);
	} else if (!now) {
		err = -ENOENT;
		result_say(r, err, "the journal has no such change any more");
	} else if (now->state == ENTRY_UNDONE) {
		err = -EALREADY;
		result_say(r, err, "change %llu was undone already", (unsigned long long)now->id);
	} else if (now->state == ENTRY_PUT_BACK) {
		err = -EALREADY;
		result_say(r, err, "change %llu failed and was put back at once: there is nothing to undo",
			(unsigned long long)now->id);
	} else if (strcmp(now->hostname, j->hostname) || strcmp(now->kind, j->kind)) {
		err = -EXDEV;
		result_say(r, err, "change %llu was made on %s (%s), not on %s (%s)", (unsigned long long)now->id,
			now->hostname, now->kind, j->hostname, j->kind);
	} else if (!now->undoable && !now->overwritten) {
		err = -ESTALE;
		result_say(r, err, "change %llu was lost at reboot: there is nothing to undo",
			(unsigned long long)now->id);
	} else {
		err = on_another_libvirt(h, now, r);
	}
	return err;
}

int journal_may_undo(struct host *h, struct journal *j, const struct entry *e, char why[RESULT_WHY])
{
	struct result r = {.why = ""};
	int err = journal_forbids(h, j, e, &r);

	memcpy(why, r.why, sizeof(r.why));
	return err;
}
