/* Lists folders of the masking host, and learns from some of them what else is called after what is in them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "probes/host/masked_host.h"

struct listing {
	struct host *h;
	int (*each)(const char *name, void *arg);
	void *arg;
	mask_form *form;
};

/* A folder of an interrupt has one for each that it is called after. */
static void mask_action(struct masks *m, struct text *t, struct slice s)
{
	struct text masked = text_begin();

	mask_device(m, &masked, s);
	if (slice_is(s, masked.bytes))
		mask_part(m, t, s);
	else
		text_add(t, "%s", mask_pair(m, MASK_PART, s, masked.bytes));
	text_end(&masked, NULL);
}

static int mask_name(const char *name, void *arg)
{
	struct listing *l = arg;
	struct text *out = &masked_self(l->h)->out;

	if (!name[strspn(name, "0123456789")])
		return l->each(name, l->arg);
	out->len = 0;
	l->form(masked_lock(l->h), out, slice_of(name));
	masked_unlock(l->h);
	return l->each(out->bytes, l->arg);
}

int masked_list(struct host *h, const char *dir, int (*each)(const char *name, void *arg), void *arg)
{
	const char *real = masked_real_path(h, dir), *end = strrchr(real, '/');
	struct listing l = {.h = h, .each = each, .arg = arg, .form = mask_part};

	if (end && mask_holds_interfaces(slice_of(end + 1)))
		l.form = mask_interface;
	else if (strncmp(real, "/proc/irq/", 10) == 0)
		l.form = mask_action;
	else if (strcmp(real, "/sys/fs/cgroup") == 0)
		l.form = mask_top_cgroup;
	return host_list(masked_self(h)->inner, real, mask_name, &l);
}

static int know_interface(const char *name, void *arg)
{
	struct host *h = arg;
	struct text unused = text_begin();

	mask_interface(masked_lock(h), &unused, slice_of(name));
	masked_unlock(h);
	text_end(&unused, NULL);
	return 0;
}

/* In the order that libvirt's list gives them, where it is there without waiting. */
static void know_guests(struct host *h)
{
	struct host *inner = masked_self(h)->inner;
	struct text unused = text_begin();
	struct answer answer;

	inner->wait_ms = 0;
	if (!host_read(inner, "@virt/guests", &answer)) {
		mask_guests(masked_lock(h), &unused, (struct slice){answer.text, answer.len});
		masked_unlock(h);
	}
	text_end(&unused, NULL);
}

static int know_scope(const char *name, void *arg)
{
	struct host *h = arg;
	struct text unused = text_begin();

	mask_part(masked_lock(h), &unused, slice_of(name));
	masked_unlock(h);
	text_end(&unused, NULL);
	return 0;
}

/* What is called after an interface may be read before the interfaces are; guests are asked for before both. */
void masked_know(struct host *h)
{
	bool known;

	masked_lock(h);
	known = masked_machine_of(h)->knows_interfaces;
	masked_machine_of(h)->knows_interfaces = true;
	masked_unlock(h);
	if (known)
		return;
	know_guests(h);
	host_list(masked_self(h)->inner, "/sys/fs/cgroup/machine.slice", know_scope, h);
	host_list(masked_self(h)->inner, "/sys/class/net", know_interface, h);
}
