/* Writes the definitions of simulated guests, as libvirt would give them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "probes/host/simulate_guest.h"

enum { OF_XML = 2100 };

/* What differs between a guest as it runs and as it is stored. */
struct scope {
	const struct model *m;
	const struct sim_guest *g;
	bool live;
	bool emulated;
	bool pinned;
};

static void add_metadata(const struct scope *s, struct text *t)
{
	const struct sim_guest *g = s->g;

	if (g->index % 7 == 2)
		sim_text_add(t, "  <title>%s of the shop</title>\n", g->windows ? "Desk" : "Server");
	sim_text_add(t, "  <metadata>\n");
	if (g->nova)
		sim_text_add(t,
			"    <nova:instance xmlns:nova=\"http://openstack.org/xmlns/libvirt/nova/1.1\">\n"
			"      <nova:name>shop-front</nova:name>\n"
			"      <nova:creationTime>2026-05-04 07:12:31</nova:creationTime>\n"
			"    </nova:instance>\n");
	sim_text_add(t,
		"    <libosinfo:libosinfo xmlns:libosinfo=\"http://libosinfo.org/xmlns/libvirt/domain/1.0\">\n"
		"      <libosinfo:os id=\"http://%s\"/>\n    </libosinfo:libosinfo>\n  </metadata>\n",
		g->windows ? "microsoft.com/win/2k22" : "debian.org/debian/12");
}

static void add_cputune(const struct scope *s, struct text *t)
{
	const struct sim_guest *g = s->g;
	char list[64];

	if (!s->pinned && !g->quota)
		return;
	sim_text_add(t, "  <cputune>\n");
	if (g->quota)
		sim_text_add(t, "    <shares>512</shares>\n    <period>100000</period>\n    <quota>50000</quota>\n");
	for (unsigned v = 0; v < g->vcpus && s->pinned; v++) {
		sim_cpus_list(s->m, &g->vcpu[v], list, sizeof list);
		sim_text_add(t, "    <vcpupin vcpu='%u' cpuset='%s'/>\n", v, list);
	}
	if (s->pinned) {
		sim_cpus_list(s->m, &g->emulator, list, sizeof list);
		sim_text_add(t, "    <emulatorpin cpuset='%s'/>\n", list);
	}
	for (unsigned i = 1; i <= g->iothreads && s->pinned; i++) {
		sim_cpus_list(s->m, &g->iothread, list, sizeof list);
		sim_text_add(t, "    <iothreadpin iothread='%u' cpuset='%s'/>\n", i, list);
	}
	sim_text_add(t, "  </cputune>\n");
	if (s->pinned)
		sim_text_add(t, "  <numatune>\n    <memory mode='%s' nodeset='%u'/>\n  </numatune>\n",
			s->m->o.clean ? "strict" : "preferred", g->node);
}

static void add_machine(const struct scope *s, struct text *t)
{
	const struct sim_guest *g = s->g;
	unsigned threads = s->m->o.clean ? s->m->o.threads : 1;

	if (s->live)
		sim_text_add(t, "  <resource>\n    <partition>/machine</partition>\n  </resource>\n");
	sim_text_add(t,
		"  <os>\n    <type arch='x86_64' machine='%s-7.2'>hvm</type>\n    <boot dev='hd'/>\n  </os>\n"
		"  <features>\n    <acpi/>\n    <apic/>\n",
		g->emulated ? "pc-i440fx" : "pc-q35");
	if (g->windows)
		sim_text_add(t, "    <hyperv mode='custom'>\n      <relaxed state='on'/>\n      <vapic state='on'/>\n"
				"      <spinlocks state='on' retries='8191'/>\n    </hyperv>\n");
	if (s->m->o.clean)
		sim_text_add(t, "    <kvm>\n      <hint-dedicated state='on'/>\n    </kvm>\n");
	sim_text_add(t, "    <vmport state='off'/>\n  </features>\n");
	if (g->emulated && !g->windows)
		sim_text_add(t, "  <cpu mode='custom' match='exact' check='%s'>\n"
				"    <model fallback='forbid'>qemu64</model>\n  </cpu>\n",
			s->live ? "full" : "none");
	else
		sim_text_add(t, "  <cpu mode='host-passthrough' check='none' migratable='on'>\n"
				"    <topology sockets='1' dies='1' cores='%u' threads='%u'/>\n  </cpu>\n",
			g->vcpus / threads, threads);
	sim_text_add(t,
		"  <clock offset='%s'>\n    <timer name='rtc' tickpolicy='catchup'/>\n"
		"    <timer name='pit' tickpolicy='%s'/>\n    <timer name='hpet' present='no'/>\n%s  </clock>\n"
		"  <on_poweroff>destroy</on_poweroff>\n  <on_reboot>restart</on_reboot>\n"
		"  <on_crash>destroy</on_crash>\n",
		g->windows ? "localtime" : "utc", s->m->o.clean ? "discard" : "delay",
		g->windows ? "    <timer name='hypervclock' present='yes'/>\n" : "");
}

static void add_disk(const struct scope *s, struct text *t)
{
	const struct sim_guest *g = s->g;

	if (s->emulated) {
		sim_text_add(t,
			"    <disk type='file' device='disk'>\n"
			"      <driver name='qemu' type='qcow2' cache='writethrough'/>\n"
			"      <source file='/var/lib/libvirt/images/%s.qcow2'%s/>\n",
			g->name, s->live ? " index='1'" : "");
		sim_text_add(t, "      <target dev='hda' bus='ide'/>\n%s"
				"      <address type='drive' controller='0' bus='0' target='0' unit='0'/>\n    </disk>\n",
			s->live ? "      <alias name='ide0-0-0'/>\n" : "");
		return;
	}
	sim_text_add(t,
		"    <disk type='block' device='disk'>\n"
		"      <driver name='qemu' type='raw' cache='none' io='native' discard='unmap'%s/>\n"
		"      <source dev='/dev/vg0/%s'%s/>\n%s      <target dev='vda' bus='virtio'/>\n%s",
		g->iothreads ? " iothread='1'" : "", g->name, s->live ? " index='1'" : "",
		s->live ? "      <backingStore/>\n" : "", s->live ? "      <alias name='virtio-disk0'/>\n" : "");
	sim_text_add(t, "      <address type='pci' domain='0x0000' bus='0x0%u' slot='0x0%u' function='0x0'/>\n"
			"    </disk>\n",
		g->emulated ? 0 : 4, g->emulated ? 4 : 0);
}

static void add_interface(const struct scope *s, struct text *t)
{
	const struct sim_guest *g = s->g;
	uint64_t mac = model_random(s->m, g->index, OF_XML);

	sim_text_add(t, "    <interface type='bridge'>\n      <mac address='52:54:00:%02x:%02x:%02x'/>\n"
			"      <source bridge='br0'/>\n",
		(unsigned)(mac & 255), (unsigned)(mac >> 8 & 255), (unsigned)(mac >> 16 & 255));
	if (s->live)
		sim_text_add(t, "      <target dev='vnet%u'/>\n", g->id - 1);
	sim_text_add(t, "      <model type='%s'/>\n", s->emulated ? "e1000" : "virtio");
	if (!s->emulated)
		sim_text_add(t, "      <driver name='vhost' queues='%u'/>\n", g->queues ? g->queues : g->vcpus);
	if (s->live)
		sim_text_add(t, "      <alias name='net0'/>\n");
	sim_text_add(t, "      <address type='pci' domain='0x0000' bus='0x0%u' slot='0x0%u' function='0x0'/>\n"
			"    </interface>\n",
		g->emulated ? 0 : 1, g->emulated ? 3 : 0);
}

static void add_devices(const struct scope *s, struct text *t)
{
	bool old = s->g->emulated;

	sim_text_add(t, "  <devices>\n    <emulator>/usr/bin/qemu-system-x86_64</emulator>\n");
	add_disk(s, t);
	sim_text_add(t,
		"    <controller type='usb' index='0' model='%s'/>\n"
		"    <controller type='pci' index='0' model='%s'/>\n",
		old ? "piix3-uhci" : "qemu-xhci", old ? "pci-root" : "pcie-root");
	if (old)
		sim_text_add(t, "    <controller type='ide' index='0'/>\n");
	else
		sim_text_add(t, "    <controller type='virtio-serial' index='0'/>\n");
	add_interface(s, t);
	sim_text_add(t,
		"    <serial type='pty'>\n      <target type='isa-serial' port='0'/>\n    </serial>\n"
		"    <input type='mouse' bus='ps2'/>\n    <input type='keyboard' bus='ps2'/>\n"
		"    <graphics type='vnc' port='%d' autoport='yes' listen='127.0.0.1'>\n"
		"      <listen type='address' address='127.0.0.1'/>\n    </graphics>\n"
		"    <video>\n      <model type='%s' vram='16384' heads='1' primary='yes'/>\n    </video>\n"
		"    <memballoon model='virtio'/>\n  </devices>\n",
		s->live ? 5900 + (int)s->g->id - 1 : -1, old ? "cirrus" : "vga");
}

void sim_guest_xml(const struct model *m, const struct sim_guest *g, bool live, struct text *t)
{
	const struct scope s = {.m = m,
		.g = g,
		.live = live,
		.emulated = g->emulated && !(g->pending && !live),
		.pinned = g->emulator.n && !(g->live_only && !live)};

	sim_text_add(t, "<domain type='kvm'");
	if (live)
		sim_text_add(t, " id='%u'", g->id);
	sim_text_add(t, ">\n  <name>%s</name>\n  <uuid>%s</uuid>\n", g->name, g->uuid);
	add_metadata(&s, t);
	sim_text_add(t,
		"  <memory unit='KiB'>%ju</memory>\n  <currentMemory unit='KiB'>%ju</currentMemory>\n"
		"  <vcpu placement='static'>%u</vcpu>\n",
		(uintmax_t)g->memory_kib, (uintmax_t)g->memory_kib, g->vcpus);
	if (g->iothreads)
		sim_text_add(t, "  <iothreads>%u</iothreads>\n", g->iothreads);
	add_cputune(&s, t);
	add_machine(&s, t);
	add_devices(&s, t);
	if (live)
		sim_text_add(t, "  <seclabel type='dynamic' model='dac' relabel='yes'>\n"
				"    <label>+64055:+104</label>\n    <imagelabel>+64055:+104</imagelabel>\n"
				"  </seclabel>\n");
	sim_text_add(t, "</domain>\n");
}
