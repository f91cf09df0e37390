/* Reads XML of domains, a file each argument, and prints what our reader found in them line by line. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/cpuset.h"
#include "probes/guest_xml.h"

/*
 * Words are separated by tabs, `-` is what the definition does not say, `?` what makes no sense:
 *	file PATH, then refused WHY, or
 *	name NAME, uuid UUID, type TYPE, machine MACHINE, mode MODE, vcpus NOW MOST, memory KIB, emulator CPUS
 *	disk TARGET BUS · interface MODEL · vcpu N CPUS (of those that are pinned) · iothread ID CPUS (likewise)
 *	without PIN SAME: taking that pin's element out leaves a document that has it no more (yes, no)
 */

static void print_value(struct arena *a, struct value v, enum type type)
{
	putchar('\t');
	if (v.known == KNOWN_ABSENT)
		putchar('-');
	else if (!value_known(v))
		putchar('?');
	else if (type == TYPE_CPUS)
		fputs(cpuset_text(a, v.set), stdout);
	else if (type == TYPE_U64)
		printf("%llu", (unsigned long long)v.u);
	else
		for (const char *p = v.text; *p; p++)
			putchar(*p == '\t' || *p == '\n' ? ' ' : *p);
}

static void print_line(struct arena *a, const char *name, struct value v, enum type type)
{
	fputs(name, stdout);
	print_value(a, v, type);
	putchar('\n');
}

static void print_rows(struct arena *a, const struct guest *g)
{
	const struct guest_disk *disk = g->disk.row;
	const struct guest_interface *interface = g->interface.row;

	for (uint32_t i = 0; i < g->disk.n; i++) {
		fputs("disk", stdout);
		print_value(a, disk[i].target, TYPE_TEXT);
		print_value(a, disk[i].bus, TYPE_TEXT);
		putchar('\n');
	}
	for (uint32_t i = 0; i < g->interface.n; i++)
		print_line(a, "interface", interface[i].model, TYPE_TEXT);
}

/* What is taken out must be gone, and all else must be there still. */
static void print_without(struct arena *a, const char *xml, size_t len, struct pin_name pin, const char *word)
{
	const char *cut = NULL, *cpus = NULL;
	char why[200];
	bool good = guest_xml_without_pin(a, xml, len, pin, &cut, why) == 0 && strlen(cut) < len &&
		    guest_xml_pin(a, cut, strlen(cut), pin, &cpus, why) == 0 && strcmp(cpus, "-") == 0;

	printf("without\t%s %u\t%s\n", word, pin.number, good ? "yes" : "no");
}

static void print_pins(struct arena *a, const char *xml, size_t len, const struct guest *g)
{
	const struct guest_pin *pin = g->pin.row;
	const struct guest_iothread *iothread = g->iothread.row;

	print_line(a, "emulator", g->emulator_cpus, TYPE_CPUS);
	if (value_known(g->emulator_cpus))
		print_without(a, xml, len, (struct pin_name){.kind = PIN_EMULATOR}, "emulator");
	for (uint32_t i = 0; i < g->pin.n; i++) {
		if (!value_known(pin[i].cpus))
			continue;
		printf("vcpu\t%u", i);
		print_value(a, pin[i].cpus, TYPE_CPUS);
		putchar('\n');
		print_without(a, xml, len, (struct pin_name){.kind = PIN_VCPU, .number = i}, "vcpu");
	}
	for (uint32_t i = 0; i < g->iothread.n; i++) {
		if (!value_known(iothread[i].cpus))
			continue;
		printf("iothread\t%llu", (unsigned long long)iothread[i].id.u);
		print_value(a, iothread[i].cpus, TYPE_CPUS);
		putchar('\n');
		print_without(a, xml, len,
			(struct pin_name){.kind = PIN_IOTHREAD, .number = (unsigned)iothread[i].id.u}, "iothread");
	}
}

static void print_domain(const char *xml, size_t len)
{
	struct arena *a = arena_new(len);
	struct guest g;
	char why[200];

	if (guest_xml_read(a, xml, len, &g, why)) {
		printf("refused\t%s\n", why);
		arena_free(a);
		return;
	}
	print_line(a, "name", g.name, TYPE_TEXT);
	print_line(a, "uuid", g.uuid, TYPE_TEXT);
	print_line(a, "type", g.type, TYPE_TEXT);
	print_line(a, "machine", g.machine, TYPE_TEXT);
	print_line(a, "mode", g.cpu_mode, TYPE_TEXT);
	fputs("vcpus", stdout);
	print_value(a, g.vcpus, TYPE_U64);
	print_line(a, "", g.vcpus_max, TYPE_U64);
	print_line(a, "memory", g.memory_kib, TYPE_U64);
	print_rows(a, &g);
	print_pins(a, xml, len, &g);
	arena_free(a);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		FILE *f = fopen(argv[i], "rb");
		char *text = NULL;
		size_t len = 0;

		if (!f || getdelim(&text, &len, EOF, f) < 0) {
			perror(argv[i]);
			return 1;
		}
		len = (size_t)ftell(f);
		printf("file\t%s\n", argv[i]);
		print_domain(text, len);
		free(text);
		fclose(f);
	}
	return 0;
}
