/* Asks libvirt for documents, pins and statistics, and writes them as texts. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/host/answer.h"
#include "probes/host/virt_impl.h"
#include "probes/kvm_stats_names.h"

static int says(char why[VIRT_WHY], int err, const char *words)
{
	copy_printable(why, VIRT_WHY, words, strlen(words));
	return err;
}

int virt_lookup(virConnectPtr conn, const struct virt_path *path, virDomainPtr *ret, char why[VIRT_WHY])
{
	virDomainPtr dom = virDomainLookupByUUIDString(conn, path->uuid);
	int err = dom ? 0 : virt_error(why), persistent;

	if (err || path->kind == VIRT_STATS) {
		*ret = dom;
		return err;
	}
	if (path->live) {
		if (virDomainGetID(dom) == (unsigned)-1)
			err = says(why, -ENOENT, "the guest does not run");
	} else {
		persistent = virDomainIsPersistent(dom);
		if (persistent < 0)
			err = virt_error(why);
		else if (!persistent)
			err = says(why, -ENOENT, "the guest is transient: it has no definition");
	}
	if (err)
		virDomainFree(dom);
	else
		*ret = dom;
	return err;
}

/* The document without secrets; free() it. */
static int document(virConnectPtr conn, const struct virt_path *path, char **ret, char why[VIRT_WHY])
{
	virDomainPtr dom;
	int err = virt_lookup(conn, path, &dom, why);

	if (err)
		return err;
	*ret = virDomainGetXMLDesc(dom, path->live ? 0 : VIR_DOMAIN_XML_INACTIVE);
	if (!*ret)
		err = virt_error(why);
	virDomainFree(dom);
	return err;
}

static int ask_xml(virConnectPtr conn, const struct virt_path *path, struct text *ret, char why[VIRT_WHY])
{
	char *xml;
	int err = document(conn, path, &xml, why);

	if (err)
		return err;
	free(ret->bytes);
	ret->bytes = xml;
	ret->len = strlen(xml);
	ret->size = ret->len + 1;
	return 0;
}

int virt_ask_pin(virConnectPtr conn, const struct virt_path *path, struct text *ret, char why[VIRT_WHY])
{
	struct arena *a;
	const char *cpus;
	char *xml;
	int err = document(conn, path, &xml, why);

	if (err)
		return err;
	a = arena_new(0);
	err = guest_xml_pin(a, xml, strlen(xml), path->pin, &cpus, why);
	if (!err)
		text_add(ret, "%s\n", cpus);
	arena_free(a);
	free(xml);
	return err;
}

static void add_param(struct text *t, const virTypedParameter *p)
{
	virt_escape(t, p->field);
	switch (p->type) {
	case VIR_TYPED_PARAM_INT:
		text_add(t, "=%d\n", p->value.i);
		break;
	case VIR_TYPED_PARAM_UINT:
		text_add(t, "=%u\n", p->value.ui);
		break;
	case VIR_TYPED_PARAM_LLONG:
		text_add(t, "=%lld\n", p->value.l);
		break;
	case VIR_TYPED_PARAM_ULLONG:
		text_add(t, "=%llu\n", p->value.ul);
		break;
	case VIR_TYPED_PARAM_DOUBLE:
		text_add(t, "=%.6f\n", p->value.d);
		break;
	case VIR_TYPED_PARAM_BOOLEAN:
		text_add(t, "=%d\n", p->value.b != 0);
		break;
	default:
		text_add(t, "=");
		virt_escape(t, p->value.s ? p->value.s : "");
		text_add(t, "\n");
	}
}

static void add_records(struct text *t, virDomainStatsRecordPtr *records, bool of_one)
{
	char uuid[VIRT_UUID];

	for (; *records; records++) {
		if (!of_one && !virDomainGetUUIDString((*records)->dom, uuid))
			text_add(t, "guest %s\n", uuid);
		for (int i = 0; i < (*records)->nparams; i++)
			if (!kvm_stat_unread((*records)->params[i].field))
				add_param(t, &(*records)->params[i]);
	}
}

/* NOWAIT leaves out what a busy guest would be waited for. */
static int get_stats(virConnectPtr conn, virDomainPtr dom, unsigned groups, virDomainStatsRecordPtr **ret)
{
	const unsigned running = VIR_CONNECT_GET_ALL_DOMAINS_STATS_ACTIVE;
	const unsigned nowait = VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT;
	virDomainPtr doms[] = {dom, NULL};
	int n = dom ? virDomainListGetStats(doms, groups, ret, nowait)
		    : virConnectGetAllDomainStats(conn, groups, ret, running | nowait);
	const virError *e = n < 0 ? virGetLastError() : NULL;

	/* The test driver and daemons before 4.5 know neither. */
	if (e && e->code == VIR_ERR_INVALID_ARG)
		n = dom ? virDomainListGetStats(doms, groups, ret, 0)
			: virConnectGetAllDomainStats(conn, groups, ret, running);
	return n;
}

static int ask_stats(virConnectPtr conn, const struct virt_path *path, struct text *ret, char why[VIRT_WHY])
{
	virDomainStatsRecordPtr *records;
	virDomainPtr dom = NULL;
	int err = path->uuid[0] ? virt_lookup(conn, path, &dom, why) : 0;

	if (err)
		return err;
	if (get_stats(conn, dom, path->groups, &records) < 0) {
		err = virt_error(why);
	} else {
		add_records(ret, records, dom);
		virDomainStatsRecordListFree(records);
	}
	if (dom)
		virDomainFree(dom);
	return err;
}

int virt_ask(struct virt *v, const struct virt_path *path, struct text *ret, char why[VIRT_WHY])
{
	switch (path->kind) {
	case VIRT_GUESTS:
		return virt_ask_guests(v, ret, why);
	case VIRT_XML:
		return ask_xml(v->conn, path, ret, why);
	case VIRT_PIN:
		return virt_ask_pin(v->conn, path, ret, why);
	case VIRT_STATS:
	default:
		return ask_stats(v->conn, path, ret, why);
	}
}
