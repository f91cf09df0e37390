/* Makes connections to libvirt, none of which asks for a password, and listens to what it tells by itself. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <libvirt/virterror.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probes/host/answer.h"
#include "probes/host/virt_impl.h"
#include "probes/util.h"

/* Without one, libvirt prints each error on the terminal. */
static void say_nothing(void *arg, virErrorPtr error)
{
	(void)arg;
	(void)error;
}

int virt_library(void)
{
	virSetErrorFunc(NULL, say_nothing);
	return virInitialize() < 0 || virEventRegisterDefaultImpl() < 0 ? -1 : 0;
}

/* "qemu+ssh://node7/system" has one, "qemu:///system" and "test:///default" have none. */
static bool has_server(const char *uri)
{
	const char *slashes = strstr(uri, "://");

	return slashes && slashes[3] && slashes[3] != '/';
}

/* ssh would ask for a password on the terminal that we draw on. */
static char *without_password(const char *uri)
{
	const char *scheme_end = strstr(uri, "://"), *plus = strchr(uri, '+');

	if (!scheme_end || !plus || plus > scheme_end || strncmp(plus, "+ssh", 4) != 0 || strstr(uri, "no_tty="))
		return xstrdup(uri);
	return xasprintf("%s%cno_tty=1", uri, strchr(uri, '?') ? '&' : '?');
}

void virt_prepare(struct virt *v, const char *uri)
{
	v->uri = without_password(uri);
	v->local = !has_server(uri);
	v->tested = !strncmp(uri, "test:", 5) || !strncmp(uri, "test+", 5);
}

int virt_open(struct virt *v, virConnectPtr *ret, char why[VIRT_WHY])
{
	const char *file = v->tested && !strncmp(v->uri, "test:///", 8) ? v->uri + 7 : NULL;

	/* libxml2 would print that on the terminal. */
	if (file && strcmp(file, "/default") != 0 && access(file, R_OK))
		return why_errno(why, -errno, file);
	*ret = virConnectOpenReadOnly(v->uri);
	return *ret ? 0 : virt_error(why);
}

static size_t first_label(const char *name)
{
	return strcspn(name, ".");
}

/* A host's UUID would prove nothing: libvirt invents one where the firmware has none. */
bool virt_is_ours(const struct virt *v, const char *hostname)
{
	size_t len = first_label(hostname);

	return v->live_host && v->local && !v->tested && len && len == first_label(v->machine_name) &&
		!strncmp(hostname, v->machine_name, len);
}

void virt_describe(virConnectPtr conn, const struct virt *v, struct virt_state *ret)
{
	char *hostname = virConnectGetHostname(conn);
	const char *driver = virConnectGetType(conn);

	snprintf(ret->hostname, sizeof(ret->hostname), "%s", hostname ? hostname : "");
	ret->of_this_machine = hostname && virt_is_ours(v, hostname);
	free(hostname);
	snprintf(ret->driver, sizeof(ret->driver), "%s", driver ? driver : "");
	if (virConnectGetLibVersion(conn, &ret->libvirt) < 0)
		ret->libvirt = 0;
	ret->cpus = virNodeGetCPUMap(conn, NULL, NULL, 0);
	if (ret->cpus < 0)
		ret->cpus = 0;
	virResetLastError();
}

static int on_lifecycle(virConnectPtr conn, virDomainPtr dom, int event, int detail, void *arg)
{
	(void)conn;
	(void)event;
	(void)detail;
	virt_loop_event(arg, dom, true);
	return 0;
}

static void on_reboot(virConnectPtr conn, virDomainPtr dom, void *arg)
{
	(void)conn;
	virt_loop_event(arg, dom, true);
}

static void on_tunable(virConnectPtr conn, virDomainPtr dom, virTypedParameterPtr params, int n, void *arg)
{
	(void)conn;
	(void)params;
	(void)n;
	virt_loop_event(arg, dom, false);
}

static void on_device(virConnectPtr conn, virDomainPtr dom, const char *device, void *arg)
{
	(void)conn;
	(void)device;
	virt_loop_event(arg, dom, false);
}

static void on_disk(
	virConnectPtr conn, virDomainPtr dom, const char *from, const char *to, const char *device, int reason, void *arg)
{
	(void)conn;
	(void)from;
	(void)to;
	(void)device;
	(void)reason;
	virt_loop_event(arg, dom, false);
}

static void on_close(virConnectPtr conn, int reason, void *arg)
{
	(void)conn;
	(void)reason;
	virt_loop_dropped(arg);
}

/* Of drivers that know no such event -1 comes back: the list is asked every 10 s all the same. */
void virt_listen(struct virt *v)
{
	static const int ids[VIRT_EVENTS] = {VIR_DOMAIN_EVENT_ID_LIFECYCLE, VIR_DOMAIN_EVENT_ID_REBOOT,
		VIR_DOMAIN_EVENT_ID_TUNABLE, VIR_DOMAIN_EVENT_ID_DEVICE_ADDED, VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED,
		VIR_DOMAIN_EVENT_ID_DISK_CHANGE};
	const virConnectDomainEventGenericCallback on[VIRT_EVENTS] = {VIR_DOMAIN_EVENT_CALLBACK(on_lifecycle),
		VIR_DOMAIN_EVENT_CALLBACK(on_reboot), VIR_DOMAIN_EVENT_CALLBACK(on_tunable),
		VIR_DOMAIN_EVENT_CALLBACK(on_device), VIR_DOMAIN_EVENT_CALLBACK(on_device),
		VIR_DOMAIN_EVENT_CALLBACK(on_disk)};

	for (size_t i = 0; i < VIRT_EVENTS; i++)
		v->event[i] = virConnectDomainEventRegisterAny(v->conn, NULL, ids[i], on[i], v, NULL);
	virConnectRegisterCloseCallback(v->conn, on_close, v, NULL);
	virConnectSetKeepAlive(v->conn, VIRT_KEEPALIVE_S, VIRT_KEEPALIVE_TIMES);
	virResetLastError();
}

void virt_disconnect(struct virt *v)
{
	if (!v->conn)
		return;
	/* Callbacks hold the connection. */
	for (size_t i = 0; i < VIRT_EVENTS; i++)
		if (v->event[i] >= 0)
			virConnectDomainEventDeregisterAny(v->conn, v->event[i]);
	virConnectUnregisterCloseCallback(v->conn, on_close);
	virConnectClose(v->conn);
	virResetLastError();
	v->conn = NULL;
}
