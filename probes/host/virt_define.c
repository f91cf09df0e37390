/* Changes one element of a definition, secrets and all other bytes kept: what libvirt has no call for. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/host/virt_impl.h"

/* What is read for a screen has no secrets, and a definition made from that would have lost them. */
int virt_definition(virDomainPtr dom, char **ret, char why[VIRT_WHY])
{
	*ret = virDomainGetXMLDesc(dom, VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_SECURE);
	return *ret ? 0 : virt_error(why);
}

void virt_wipe(char *xml)
{
	if (xml)
		explicit_bzero(xml, strlen(xml));
	free(xml);
}

static int define(virConnectPtr conn, const char *xml, char why[VIRT_WHY])
{
	virDomainPtr dom = virDomainDefineXMLFlags(conn, xml, VIR_DOMAIN_DEFINE_VALIDATE);

	if (!dom)
		return virt_error(why);
	virDomainFree(dom);
	return 0;
}

int virt_unpin(virConnectPtr conn, virDomainPtr dom, const struct virt_path *path, char why[VIRT_WHY])
{
	const char *edited = NULL;
	struct arena *a;
	char *xml, *text;
	int err = virt_definition(dom, &xml, why);

	if (err)
		return err;
	a = arena_new(0);
	err = guest_xml_without_pin(a, xml, strlen(xml), path->pin, &edited, why);
	if (err == -ENOENT) {
		err = 0; /* there is none: that is what was wanted */
	} else if (!err) {
		text = strdup(edited);
		explicit_bzero((char *)(uintptr_t)edited, strlen(edited));
		err = text ? define(conn, text, why) : -ENOMEM;
		virt_wipe(text);
	}
	arena_free(a);
	virt_wipe(xml);
	return err;
}

/*
 * Pinning an iothread of a definition that counts its iothreads makes libvirt list them by number too, and taking the
 * pin away leaves that list. Both texts are libvirt's own: they differ first where the list begins.
 */
int virt_only_pinned(virConnectPtr conn, virDomainPtr dom, const char *before, char why[VIRT_WHY])
{
	static const char begin[] = "  <iothreadids>\n", end[] = "  </iothreadids>\n";
	size_t at = 0;
	char *xml, *behind;
	int err = virt_definition(dom, &xml, why);

	if (err)
		return err;
	while (before[at] && before[at] == xml[at])
		at++;
	while (at && xml[at - 1] != '\n')
		at--;
	if (!strncmp(xml + at, begin, sizeof(begin) - 1) && (behind = strstr(xml + at, end))) {
		behind += sizeof(end) - 1;
		memmove(xml + at, behind, strlen(behind) + 1);
		err = define(conn, xml, why);
	}
	virt_wipe(xml);
	return err;
}
