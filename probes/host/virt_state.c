/* Says in words how it stands with libvirt: its errors, whether it answers, and what would help. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <libvirt/virterror.h>
#include <stdio.h>
#include <string.h>

#include "probes/host/answer.h"
#include "probes/host/virt_impl.h"
#include "probes/util.h"

static const struct {
	const char *word, *words, *remedy;
} links[] = {
	[LINK_CONNECTING] = {"connecting", "libvirt is being asked", ""},
	[LINK_CONNECTED] = {"connected", "libvirt has not answered this yet", ""},
	[LINK_NONE] = {"none", "libvirt cannot be reached",
		"libvirtd or virtqemud does not run here: systemctl start virtqemud (or libvirtd)"},
	[LINK_REFUSED] = {"refused", "libvirt refuses to be asked",
		"this user may not ask libvirt: join the group libvirt, or start hvscope with sudo"},
	[LINK_SILENT] = {"silent", "libvirt does not answer",
		"the daemon hangs, its guests go on: systemctl status virtqemud libvirtd"},
	[LINK_LOST] = {"lost", "libvirt went away",
		"the daemon is gone, its guests go on; it is tried every 5 s: systemctl status virtqemud libvirtd"},
};

const char *virt_link_word(enum virt_link link)
{
	return links[link].word;
}

const char *virt_link_words(enum virt_link link)
{
	return links[link].words;
}

static int errno_of(const virError *e)
{
	switch (e->code) {
	case VIR_ERR_SYSTEM_ERROR:
		return e->int1 > 0 && e->int1 < 4096 ? -e->int1 : -EIO;
	case VIR_ERR_OPERATION_DENIED:
	case VIR_ERR_ACCESS_DENIED:
	case VIR_ERR_AUTH_FAILED:
	case VIR_ERR_AUTH_CANCELLED:
	case VIR_ERR_AUTH_UNAVAILABLE:
		return -EACCES;
	case VIR_ERR_NO_DOMAIN:
		return -ENOENT;
	case VIR_ERR_INVALID_ARG:
	case VIR_ERR_OPERATION_INVALID:
		return -EINVAL;
	case VIR_ERR_OPERATION_TIMEOUT:
		return -ETIMEDOUT;
	case VIR_ERR_NO_SUPPORT:
	case VIR_ERR_ARGUMENT_UNSUPPORTED:
		return -EOPNOTSUPP;
	default:
		return -EIO;
	}
}

int virt_error(char why[VIRT_WHY])
{
	const virError *e = virGetLastError();
	const char *words = e && e->message ? e->message : "libvirt gave no reason";

	copy_printable(why, VIRT_WHY, words, strlen(words));
	return e ? errno_of(e) : -EIO;
}

enum virt_link virt_refusal(int err)
{
	return err == -EACCES || err == -EPERM ? LINK_REFUSED : LINK_NONE;
}

bool virt_is_away(virConnectPtr conn)
{
	const virError *e = virGetLastError();

	if (e && (e->code == VIR_ERR_INVALID_CONN || e->code == VIR_ERR_NO_CONNECT))
		return true;
	return virConnectIsAlive(conn) != 1;
}

void virt_state_set(struct virt_state *s, enum virt_link link, const char *why, uint64_t now)
{
	if (s->link != link)
		s->since_ns = now;
	s->link = link;
	snprintf(s->why, sizeof(s->why), "%s", why);
}

/* A call that hangs tells nobody so: whoever looks sees how long it has taken. */
struct virt_state virt_state_now(struct virt *v, uint64_t now)
{
	struct virt_state s = v->state;
	uint64_t took = s.call_ns && now > s.call_ns ? now - s.call_ns : 0;
	bool hangs = took > VIRT_SILENT_NS || (took && s.call_ns == s.hung_ns);

	if (hangs && s.link != LINK_SILENT) {
		uint64_t least = took < VIRT_SILENT_NS ? took : VIRT_SILENT_NS;
		char why[VIRT_WHY];

		snprintf(why, sizeof(why), "a call has not been answered for %.*f s", took < 10 * VIRT_SECOND,
			(double)took / VIRT_SECOND);
		virt_state_set(&s, LINK_SILENT, why, s.call_ns + least);
	}
	return s;
}

/* Of a URI that cannot be opened: what is wrong is the URI, its socket or that no daemon runs. */
static const char *remedy_of_none(const struct virt *v, int err)
{
	bool nobody = err == -ENOENT || err == -ECONNREFUSED;

	if (!v->local)
		return "--connect is for local sockets, such as qemu:///system; another host is only shown, when "
		       "virsh -c URI list can ask it without a password";
	if (!nobody || v->tested)
		return "libvirt cannot open this URI: the usual one is --connect qemu:///system";
	if (strstr(v->uri, "socket="))
		return "nobody listens at that socket: its path is another one, or its libvirtd does not run";
	if (*v->uri && strncmp(v->uri, "qemu:", 5) && strncmp(v->uri, "qemu+", 5))
		return "no daemon runs here for this URI, which is of another hypervisor: KVM has --connect qemu:///system";
	return links[LINK_NONE].remedy;
}

static const char *remedy_of(const struct virt *v, const struct virt_state *s)
{
	return s->link == LINK_NONE ? remedy_of_none(v, s->err) : links[s->link].remedy;
}

static void add_version(struct text *t, const char *key, unsigned long version)
{
	if (version > VIRT_NO_VERSION)
		text_add(t, "%s=%lu.%lu.%lu\n", key, version / 1000000, version / 1000 % 1000, version % 1000);
}

static void add_line(struct text *t, const char *key, const char *value)
{
	char shown[512];

	if (!value[0])
		return;
	copy_printable(shown, sizeof(shown), value, strlen(value));
	text_add(t, "%s=%s\n", key, shown);
}

size_t virt_state_text(struct virt *v, char *buf, size_t size)
{
	struct text t = text_begin();
	struct virt_state s;
	size_t len;

	pthread_mutex_lock(&v->lock);
	s = virt_state_now(v, clock_now_ns());
	pthread_mutex_unlock(&v->lock);
	add_line(&t, "uri", v->uri);
	add_line(&t, "link", virt_link_word(s.link));
	add_line(&t, "why", s.why);
	add_line(&t, "remedy", remedy_of(v, &s));
	text_add(&t, "since_ns=%" PRIu64 "\nanswered_ns=%" PRIu64 "\n", s.since_ns, s.answered_ns);
	if (s.was_connected) {
		add_line(&t, "hostname", s.hostname);
		text_add(&t, "of_this_machine=%d\n", s.of_this_machine);
		add_line(&t, "driver", s.driver);
		add_version(&t, "libvirt", s.libvirt);
		add_version(&t, "hypervisor", s.hypervisor);
		if (s.cpus == 1)
			text_add(&t, "cpus=0\n");
		else if (s.cpus > 1)
			text_add(&t, "cpus=0-%d\n", s.cpus - 1);
	}
	len = t.len;
	if (size)
		snprintf(buf, size, "%s", t.bytes);
	text_end(&t, NULL);
	return len;
}
