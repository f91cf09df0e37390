/* What a domain is, from its XML: names, machine, CPU, memory, features, clock and the nodes that it sees. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "probes/guest_xml_impl.h"
#include "probes/text.h"

#define NOVA "http://openstack.org/xmlns/libvirt/nova/"
#define LIBOSINFO "http://libosinfo.org/xmlns/libvirt/domain/"

/* Nova calls every domain instance-0000abcd and keeps the name that people gave in its own element. */
static struct value read_title(struct arena *a, const struct xml_node *domain)
{
	const struct xml_node *nova = xml_foreign(xml_child(domain, "metadata"), "instance", NOVA);
	const char *name = xml_text(a, xml_foreign(nova, "name", NOVA));

	return xml_text_value(a, name ? name : xml_text(a, xml_child(domain, "title")));
}

/* "http://debian.org/debian/12": who makes it says what it is. */
static struct value read_os(const struct xml_node *domain)
{
	static const char *const makers[] = {"linux", "debian.org", "ubuntu.com", "fedoraproject.org", "redhat.com",
		"centos.org", "suse.com", "suse.org", "opensuse.org", "rockylinux.org", "oracle.com/ol",
		"gentoo.org", "nixos.org", "mageia.org", "mandriva.com", "pureos.net", "endlessos.com",
		"elementary.io", "guix.gnu.org", "android-x86.org", "eurolinux", "circle", "cirros", "trisquel.info"};
	const struct xml_node *info = xml_foreign(xml_child(domain, "metadata"), "libosinfo", LIBOSINFO);
	const char *id = xml_attr(xml_foreign(info, "os", LIBOSINFO), "id");

	if (!id)
		return value_error(-ENOENT, 0);
	if (strstr(id, "microsoft.com/"))
		return value_text("windows", 0);
	for (size_t i = 0; i < COUNT(makers); i++)
		if (strstr(id, makers[i]))
			return value_text("linux", 0);
	return value_error(-ENOENT, 0);
}

/* A word of a list of words: nothing in it may part it. */
static void add_word(struct text *t, const char *word)
{
	size_t from = t->len;

	if (t->len > XML_TEXT_MOST || !*word)
		return;
	text_add(t, "%s%.256s", t->len ? " " : "", word);
	for (size_t i = from + (from > 0); i < t->len; i++)
		if ((unsigned char)t->bytes[i] <= ' ')
			t->bytes[i] = '?';
}

static struct value words_value(struct arena *a, struct text *t)
{
	bool any = t->len > 0;
	const char *words = text_end(t, a);

	return any ? value_text(words, 0) : value_error(-ENOENT, 0);
}

/* "pcid -vmx": what the model does not say. */
static struct value read_cpu_features(struct arena *a, const struct xml_node *cpu)
{
	struct text t = text_begin();

	for (const struct xml_node *f = xml_child(cpu, "feature"); f; f = xml_next(f, "feature")) {
		const char *name = xml_attr(f, "name"), *policy = xml_attr(f, "policy");
		bool without = policy && (strcmp(policy, "disable") == 0 || strcmp(policy, "forbid") == 0);

		if (name && *name && !(policy && strcmp(policy, "optional") == 0))
			add_word(&t, arena_printf(a, "%s%.64s", without ? "-" : "", name));
	}
	return words_value(a, &t);
}

static void read_cpu(struct arena *a, const struct xml_node *domain, struct guest *g)
{
	const struct xml_node *cpu = xml_child(domain, "cpu"), *model = xml_child(cpu, "model"),
			      *topology = xml_child(cpu, "topology");

	g->cpu_mode = xml_text_value(a, xml_attr(cpu, "mode"));
	g->cpu_model = xml_text_value(a, xml_text(a, model));
	if (!value_known(g->cpu_mode) && value_known(g->cpu_model))
		g->cpu_mode = value_text("custom", 0);
	g->cpu_check = xml_text_value(a, xml_attr(cpu, "check"));
	g->cpu_migratable = xml_yes_value(xml_attr(cpu, "migratable"));
	g->cpu_features = read_cpu_features(a, cpu);
	g->config_cpu_mode = value_error(-ENOENT, 0); /* whoever has both documents puts it in */
	g->sockets = xml_u64_value(xml_attr(topology, "sockets"));
	g->dies = xml_u64_value(xml_attr(topology, "dies"));
	if (topology && g->dies.known == KNOWN_ABSENT)
		g->dies = value_u64(1, 0);
	g->clusters = xml_u64_value(xml_attr(topology, "clusters"));
	if (topology && g->clusters.known == KNOWN_ABSENT)
		g->clusters = value_u64(1, 0);
	g->cores = xml_u64_value(xml_attr(topology, "cores"));
	g->threads = xml_u64_value(xml_attr(topology, "threads"));
}

static struct value size_of(struct arena *a, const struct xml_node *n)
{
	return xml_kib_value(xml_text(a, n), xml_attr(n, "unit"));
}

static void read_memory(struct arena *a, const struct xml_node *domain, struct guest *g)
{
	const struct xml_node *huge = xml_child(xml_child(domain, "memoryBacking"), "hugepages"),
			      *page = xml_child(huge, "page"), *now = xml_child(domain, "currentMemory"),
			      *balloon = xml_child(xml_child(domain, "devices"), "memballoon");

	g->memory_kib = size_of(a, xml_child(domain, "memory"));
	g->balloon_kib = now ? size_of(a, now) : g->memory_kib;
	g->hugepages = value_bool(huge != NULL, 0);
	g->hugepage_kib = xml_kib_value(xml_attr(page, "size"), xml_attr(page, "unit"));
	g->memballoon = xml_text_value(a, xml_attr(balloon, "model"));
	g->free_page_reporting = xml_yes_value(xml_attr(balloon, "freePageReporting"));
	g->balloon_stats_s = xml_u64_value(xml_attr_of(balloon, "stats", "period"));
}

/* Children that are switched on; what has no state is on by being there. */
static struct value read_switches(struct arena *a, const struct xml_node *n)
{
	struct text t = text_begin();
	const char *mode = xml_attr(n, "mode");

	if (mode && strcmp(mode, "custom") != 0)
		add_word(&t, mode);
	for (const struct xml_node *c = xml_child(n, NULL); c; c = xml_next(c, NULL)) {
		const char *state = xml_attr(c, "state");

		if (!state || strcmp(state, "on") == 0)
			add_word(&t, xml_name(c));
	}
	return words_value(a, &t);
}

/* Devices of that kind by their models, which are attributes of their own or of a child. */
static struct value read_models(struct arena *a, const struct xml_node *devices, const char *name)
{
	struct text t = text_begin();

	for (const struct xml_node *v = xml_child(devices, name); v; v = xml_next(v, name)) {
		const char *model = xml_attr(v, "model"), *type = xml_attr_of(v, "model", "type");

		add_word(&t, model ? model : type ? type : "");
	}
	return words_value(a, &t);
}

/* "tablet:usb" */
static struct value read_inputs(struct arena *a, const struct xml_node *devices)
{
	struct text t = text_begin();

	for (const struct xml_node *n = xml_child(devices, "input"); n; n = xml_next(n, "input")) {
		const char *type = xml_attr(n, "type"), *bus = xml_attr(n, "bus");

		add_word(&t, arena_printf(a, "%.64s:%.64s", type ? type : "?", bus ? bus : "?"));
	}
	return words_value(a, &t);
}

static void read_features(struct arena *a, const struct xml_node *domain, struct guest *g)
{
	const struct xml_node *features = xml_child(domain, "features"), *devices = xml_child(domain, "devices");

	g->hyperv = read_switches(a, xml_child(features, "hyperv"));
	g->kvm_features = read_switches(a, xml_child(features, "kvm"));
	g->video = read_models(a, devices, "video");
	g->sound = read_models(a, devices, "sound");
	g->inputs = read_inputs(a, devices);
	g->rng = value_bool(xml_child(devices, "rng") != NULL, 0);
}

static void read_timers(struct arena *a, const struct xml_node *domain, struct guest *g)
{
	const struct xml_node *clock = xml_child(domain, "clock"), *n = xml_child(clock, "timer");
	struct guest_timer *row = xml_rows(a, xml_count(clock, "timer"), sizeof(*row), &g->timer);

	for (uint32_t i = 0; i < g->timer.n; i++, n = xml_next(n, "timer")) {
		row[i].name = xml_text_value(a, xml_attr(n, "name"));
		row[i].tickpolicy = xml_text_value(a, xml_attr(n, "tickpolicy"));
		row[i].present = xml_yes_value(xml_attr(n, "present"));
	}
}

/* The host's nodes that one of the guest's is bound to. */
static struct value bound_nodes(struct arena *a, const struct xml_node *domain, struct value cell)
{
	const struct xml_node *m = xml_child(xml_child(domain, "numatune"), "memnode");

	for (size_t n = 0; m && n < XML_ROWS_MOST; n++, m = xml_next(m, "memnode")) {
		struct value id = xml_u64_value(xml_attr(m, "cellid"));

		if (value_known(cell) && value_equal(id, cell, TYPE_U64))
			return xml_cpus_value(a, xml_attr(m, "nodeset"));
	}
	return value_error(-ENOENT, 0);
}

static void read_cells(struct arena *a, const struct xml_node *domain, struct guest *g)
{
	const struct xml_node *numa = xml_child(xml_child(domain, "cpu"), "numa"), *n = xml_child(numa, "cell");
	struct guest_cell *row = xml_rows(a, xml_count(numa, "cell"), sizeof(*row), &g->cell);

	for (uint32_t i = 0; i < g->cell.n; i++, n = xml_next(n, "cell")) {
		const char *id = xml_attr(n, "id");

		row[i].id = id ? xml_u64_value(id) : value_u64(i, 0);
		row[i].vcpus = xml_cpus_value(a, xml_attr(n, "cpus"));
		row[i].memory_kib = xml_kib_value(xml_attr(n, "memory"), xml_attr(n, "unit"));
		row[i].nodes = bound_nodes(a, domain, row[i].id);
	}
}

void guest_xml_what(struct arena *a, const struct xml_node *domain, struct guest *g)
{
	const char *name = xml_text(a, xml_child(domain, "name"));
	const struct xml_node *os = xml_child(domain, "os");

	g->name = name ? value_text(xml_cut(a, name, XML_NAME_MOST), 0) : value_error(-ENOENT, 0);
	g->uuid = xml_text_value(a, xml_text(a, xml_child(domain, "uuid")));
	g->title = read_title(a, domain);
	g->type = xml_text_value(a, xml_attr(domain, "type"));
	g->machine = xml_text_value(a, xml_attr_of(os, "type", "machine"));
	g->os = read_os(domain);
	read_cpu(a, domain, g);
	read_memory(a, domain, g);
	read_features(a, domain, g);
	read_timers(a, domain, g);
	read_cells(a, domain, g);
}
