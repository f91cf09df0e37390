/* Firmware: DMI, the ACPI profile, and every sign that this host is itself a guest. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/firmware.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "probes/cpu.h"
#include "probes/get.h"
#include "probes/host/host.h"

#define DMI(name) SOURCES("/sys/class/dmi/id/" name)
#define TEXT(member, label, source_, meaning) \
	FIELD(struct firmware, member, label, TYPE_TEXT, UNIT_NONE, 0, source_, meaning)
#define GUEST \
	SOURCES("/proc/cpuinfo", "/sys/class/dmi/id/sys_vendor", "/sys/hypervisor/type", "/proc/sysinfo", \
		"/proc/bus/pci/devices")

static const struct field fields[] = {
	TEXT(sys_vendor, "Vendor", DMI("sys_vendor"), "Who built this machine."),
	TEXT(product_name, "Product", DMI("product_name"), "What it is sold as."),
	TEXT(board_name, "Board", DMI("board_name"), "Its main board."),
	TEXT(bios_vendor, "Firmware vendor", DMI("bios_vendor"), "Who wrote its firmware."),
	TEXT(bios_version, "Firmware version", DMI("bios_version"), "Which firmware it runs."),
	TEXT(bios_date, "Firmware date", DMI("bios_date"), "When that firmware was made."),
	FIELD(struct firmware, bios_age_years, "Firmware age in years", TYPE_F64, UNIT_NONE, FIELD_MOVES,
		DMI("bios_date"), "How many years ago that was."),
	FIELD(struct firmware, pm_profile, "ACPI profile", TYPE_U64, UNIT_NONE, 0,
		SOURCES("/sys/firmware/acpi/pm_profile"),
		"What the firmware says the machine is for; 4 and 7 are servers."),
	TEXT(pm_profile_name, "ACPI profile", SOURCES("/sys/firmware/acpi/pm_profile"), "The same in words."),
	FIELD(struct firmware, guest, "Is a guest", TYPE_BOOL, UNIT_NONE, 0, GUEST,
		"Whether this host is itself a virtual machine: its clocks are then not its own."),
	TEXT(guest_why, "Sign of it", GUEST, "What says that it is one."),
};

static const char *profile_name(uint64_t profile)
{
	static const char *const names[] = {"unspecified", "desktop", "mobile", "workstation", "enterprise server",
		"SOHO server", "appliance PC", "performance server", "tablet"};

	return profile < COUNT(names) ? names[profile] : "unknown";
}

/* Vendors that build nothing but virtual machines, and products of those who build both. */
static bool virtual_vendor(const char *vendor, const char *product)
{
	static const char *const vendors[] = {"QEMU", "VMware", "innotek GmbH", "Xen", "Bochs", "Parallels", "BHYVE",
		"Google Compute", "Amazon EC2", "DigitalOcean", "OpenStack Foundation", "Nutanix",
		"Apple Virtualization"};
	static const char *const products[] = {"KVM", "VirtualBox", "VMware", "Virtual Machine", "OpenStack", "RHEV",
		"oVirt", "HVM domU", "Google Compute Engine"};

	for (size_t i = 0; i < COUNT(vendors); i++)
		if (strncmp(vendor, vendors[i], strlen(vendors[i])) == 0 && !strstr(product, ".metal"))
			return true;
	for (size_t i = 0; i < COUNT(products); i++)
		if (strncmp(product, products[i], strlen(products[i])) == 0)
			return true;
	return false;
}

static void is_guest(struct firmware *f, const char *why, unsigned src)
{
	f->guest = value_bool(true, src);
	f->guest_why = value_text(why, src);
}

/* s390 machines say in /proc/sysinfo which level above them is a hypervisor. */
static bool under_zvm(const struct tick *t)
{
	struct value v = get_text(t, 3, "/proc/sysinfo");

	return value_known(v) && strstr(v.text, "Control Program:");
}

/* Old guests of VirtualBox, VMware and Xen that have no flag: a device that exists in no real machine tells. */
static const char *virtual_device(const struct tick *t)
{
	static const struct {
		const char *id, *name;
	} devices[] = {{"\t80eebeef\t", "VirtualBox"}, {"\t15ad0710\t", "VMware"}, {"\t58530001\t", "Xen"}};
	struct value v = get_text(t, 4, "/proc/bus/pci/devices");

	for (size_t i = 0; value_known(v) && i < COUNT(devices); i++)
		if (strstr(v.text, devices[i].id))
			return devices[i].name;
	return NULL;
}

static void guest(const struct tick *t, struct firmware *f)
{
	const struct cpu *c = snapshot_facts(t->so_far, &probe_cpu);
	struct value xen = get_text(t, 2, "/sys/hypervisor/type");
	const char *vendor = value_text_or(f->sys_vendor, ""), *product = value_text_or(f->product_name, "");
	const char *device;
	bool asked = (c && value_known(c->flags)) || value_known(f->sys_vendor);

	f->guest_why = value_error(-ENOENT, 0);
	if (cpu_has_flag(c, "hypervisor"))
		is_guest(f, "the processor has the flag hypervisor", 0);
	else if (virtual_vendor(vendor, product))
		is_guest(f, arena_printf(t->a, "DMI says %s %s", vendor, product), 1);
	else if (value_known(xen))
		is_guest(f, arena_printf(t->a, "it runs on %s", xen.text), 2);
	else if (under_zvm(t))
		is_guest(f, "/proc/sysinfo names a control program", 3);
	else if ((device = virtual_device(t)))
		is_guest(f, arena_printf(t->a, "it has a PCI device of %s", device), 4);
	else if (asked)
		f->guest = value_bool(false, c && value_known(c->flags) ? 0 : 1);
	else
		f->guest = value_error(-ENOENT, 0);
}

/* "MM/DD/YYYY" against the clock of the host, which a capture has of its time; in whole days, as the date is. */
static struct value age_years(const struct tick *t, struct value date)
{
	int64_t today = host_wall(t->h) / 1000000000 / 86400, days;
	struct tm tm = {0};
	char *end;

	if (!value_known(date))
		return value_error(date.err, 0);
	end = strptime(date.text, "%m/%d/%Y", &tm);
	if (!end || *end || tm.tm_year < 80)
		return value_error(-EINVAL, 0);
	days = today - timegm(&tm) / 86400;
	return days < 0 ? value_error(-EINVAL, 0) : value_f64((double)days / 365.25, 0);
}

static int sample(const struct tick *t, void *state, void *facts)
{
	struct firmware *f = facts;

	(void)state;
	f->sys_vendor = get_text(t, 0, "/sys/class/dmi/id/sys_vendor");
	f->product_name = get_text(t, 0, "/sys/class/dmi/id/product_name");
	f->board_name = get_text(t, 0, "/sys/class/dmi/id/board_name");
	f->bios_vendor = get_text(t, 0, "/sys/class/dmi/id/bios_vendor");
	f->bios_version = get_text(t, 0, "/sys/class/dmi/id/bios_version");
	f->bios_date = get_text(t, 0, "/sys/class/dmi/id/bios_date");
	f->bios_age_years = age_years(t, f->bios_date);
	f->pm_profile = get_u64(t, 0, "/sys/firmware/acpi/pm_profile");
	f->pm_profile_name = value_known(f->pm_profile) ? value_text(profile_name(f->pm_profile.u), 0)
							: value_error(f->pm_profile.err, 0);
	guest(t, f);
	return 0;
}

const struct probe probe_firmware = {
	.name = "firmware",
	.title = "Firmware",
	.needs = SOURCES("cpu"),
	.size = sizeof(struct firmware),
	.period_ms = 600000,
	.fields = fields,
	.nfields = COUNT(fields),
	.sample = sample,
};
