/* Writes pins: on a connection of its own that is opened at the first one and not kept. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "probes/arena.h"
#include "probes/cpuset.h"
#include "probes/host/answer.h"
#include "probes/host/virt_impl.h"
#include "probes/util.h"

enum { OPEN_S = 8 };

/* Opening has no keepalive yet: another thread does it, so that a daemon that hangs is left waiting there. */
struct opening {
	pthread_mutex_t lock;
	pthread_cond_t done;
	bool is_done, left; /* left: the one who wanted it is gone */
	char *uri;
	virConnectPtr conn;
	int err;
	char why[VIRT_WHY];
};

static void opening_free(struct opening *o)
{
	if (o->conn)
		virConnectClose(o->conn);
	pthread_cond_destroy(&o->done);
	pthread_mutex_destroy(&o->lock);
	free(o->uri);
	free(o);
}

static void *open_it(void *arg)
{
	struct opening *o = arg;
	virConnectPtr conn = virConnectOpenAuth(o->uri, NULL, 0);
	bool left;

	pthread_mutex_lock(&o->lock);
	o->conn = conn;
	if (!conn)
		o->err = virt_error(o->why);
	o->is_done = true;
	left = o->left;
	pthread_cond_signal(&o->done);
	pthread_mutex_unlock(&o->lock);
	if (left)
		opening_free(o);
	return NULL;
}

static struct opening *opening_new(const char *uri)
{
	struct opening *o = xcalloc(1, sizeof(*o));
	pthread_condattr_t attr;

	pthread_mutex_init(&o->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&o->done, &attr);
	pthread_condattr_destroy(&attr);
	o->uri = xstrdup(uri);
	return o;
}

static int open_rw(const char *uri, virConnectPtr *ret, char why[VIRT_WHY])
{
	struct opening *o = opening_new(uri);
	struct timespec until;
	pthread_t thread;
	bool left;
	int err;

	if (pthread_create(&thread, NULL, open_it, o)) {
		opening_free(o);
		return why_path(why, -EAGAIN, uri, ": no thread can be started to open it");
	}
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += OPEN_S;
	pthread_mutex_lock(&o->lock);
	while (!o->is_done && pthread_cond_timedwait(&o->done, &o->lock, &until) != ETIMEDOUT)
		;
	left = o->left = !o->is_done;
	pthread_mutex_unlock(&o->lock);
	if (left) {
		pthread_detach(thread);
		return why_path(why, -ETIMEDOUT, uri, ": libvirt does not answer; nothing was written");
	}
	pthread_join(thread, NULL);
	*ret = o->conn;
	o->conn = NULL;
	err = o->err;
	memcpy(why, o->why, VIRT_WHY);
	opening_free(o);
	return err;
}

static int check_ours(const struct virt *v, virConnectPtr conn, char why[VIRT_WHY])
{
	char *hostname = virConnectGetHostname(conn);
	int err = !hostname ? virt_error(why) : virt_is_ours(v, hostname) ? 0 : -EPERM;

	if (hostname && err)
		why_path(why, err, v->uri, ": guests of another host are only shown");
	free(hostname);
	return err;
}

/* Under write_lock. */
static int writer(struct virt *v, virConnectPtr *ret, char why[VIRT_WHY])
{
	int err;

	if (!v->live_host || !v->local || v->tested)
		return why_path(why, -EPERM, v->uri, ": guests of another host are only shown");
	if (v->rw && virConnectIsAlive(v->rw) != 1) {
		virConnectClose(v->rw);
		v->rw = NULL;
	}
	if (!v->rw) {
		err = open_rw(v->uri, &v->rw, why);
		if (err)
			return err;
		virConnectSetKeepAlive(v->rw, VIRT_KEEPALIVE_S, VIRT_KEEPALIVE_TIMES);
	}
	*ret = v->rw;
	return check_ours(v, v->rw, why);
}

/* libvirt takes any number into a definition, and the guest does not start then. */
static int cpu_map(
	struct arena *a, virConnectPtr conn, const char *text, unsigned char **ret, int *ret_len, char why[VIRT_WHY])
{
	int cpus = virNodeGetCPUMap(conn, NULL, NULL, 0);
	struct cpuset *set;
	int err;

	if (cpus < 0)
		return virt_error(why);
	err = cpuset_parse_list(a, text, &set);
	if (err || !cpuset_count(set))
		return why_path(why, err ? err : -EINVAL, text, ": not a list of CPUs");
	*ret_len = VIR_CPU_MAPLEN(cpus);
	*ret = arena_alloc(a, (size_t)*ret_len);
	CPUSET_EACH(cpu, set) {
		if (cpu >= cpus)
			return why_path(why, -EINVAL, text, ": there are CPUs in it that this host does not have");
		VIR_USE_CPU(*ret, cpu);
	}
	return 0;
}

static int pin_with(virDomainPtr dom, const struct virt_path *path, unsigned char *map, int len, char why[VIRT_WHY])
{
	unsigned flags = path->live ? VIR_DOMAIN_AFFECT_LIVE : VIR_DOMAIN_AFFECT_CONFIG;
	int r;

	switch (path->pin.kind) {
	case PIN_VCPU:
		r = virDomainPinVcpuFlags(dom, path->pin.number, map, len, flags);
		break;
	case PIN_EMULATOR:
		r = virDomainPinEmulator(dom, map, len, flags);
		break;
	case PIN_IOTHREAD:
	default:
		r = virDomainPinIOThread(dom, path->pin.number, map, len, flags);
	}
	return r < 0 ? virt_error(why) : 0;
}

static int pin(virConnectPtr conn, virDomainPtr dom, const struct virt_path *path, const char *text, char why[VIRT_WHY])
{
	struct arena *a = arena_new(0);
	unsigned char *map = NULL;
	char *before = NULL;
	int len = 0, err = cpu_map(a, conn, text, &map, &len, why);

	if (!err && !path->live && path->pin.kind == PIN_IOTHREAD)
		err = virt_definition(dom, &before, why);
	if (!err)
		err = pin_with(dom, path, map, len, why);
	if (!err && before)
		err = virt_only_pinned(conn, dom, before, why);
	virt_wipe(before);
	arena_free(a);
	return err;
}

int virt_write(struct virt *v, const char *path, const char *text, char why[200])
{
	char list[4096];
	size_t len = strcspn(text, "\n");
	struct virt_path parsed;
	virConnectPtr conn = NULL;
	virDomainPtr dom;
	int err = virt_start(v, why);

	if (err)
		return err;
	if (virt_path_parse(path, &parsed) || parsed.kind != VIRT_PIN)
		return why_path(why, -EACCES, path, ": of libvirt only pins are ever written");
	if (len >= sizeof(list))
		return why_path(why, -EINVAL, path, ": the list of CPUs is too long");
	memcpy(list, text, len);
	list[len] = '\0';
	if (parsed.live && !strcmp(list, "-"))
		return why_path(why, -EOPNOTSUPP, path,
			": libvirt cannot take a live pin away: it ends with the guest's next start");
	pthread_mutex_lock(&v->write_lock);
	err = writer(v, &conn, why);
	if (!err)
		err = virt_lookup(conn, &parsed, &dom, why);
	if (!err) {
		err = strcmp(list, "-") ? pin(conn, dom, &parsed, list, why) : virt_unpin(conn, dom, &parsed, why);
		virDomainFree(dom);
	}
	v->written_ns = clock_now_ns();
	pthread_mutex_unlock(&v->write_lock);
	return err;
}

void virt_written(struct virt *v)
{
	if (pthread_mutex_trylock(&v->write_lock))
		return;
	if (v->rw)
		virConnectClose(v->rw);
	v->rw = NULL;
	pthread_mutex_unlock(&v->write_lock);
}
