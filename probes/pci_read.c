/* Reads what a PCI device is: its ids by whichever file has them, their names, and where it sits. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/get.h"
#include "probes/host/host.h"
#include "probes/parse.h"
#include "probes/pci_address.h"
#include "probes/pci_impl.h"

enum { SRC_UEVENT, SRC_FILE, SRC_MODALIAS };

/* A number, the rung that it came from, and why there is none. */
struct id {
	bool known;
	unsigned src;
	uint32_t n;
	int err;
};

struct ids {
	struct id vendor, device, sub_vendor, sub_device, class;
	struct value driver;
};

static bool take_hex(struct slice s, struct id *id, unsigned src)
{
	uint32_t n = 0;

	if (s.len > 2 && s.p[0] == '0' && (s.p[1] == 'x' || s.p[1] == 'X'))
		s.p += 2, s.len -= 2;
	if (!s.len || s.len > 8)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];
		uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
				 : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10)
				 : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A' + 10)
							: 16;

		if (digit == 16)
			return false;
		n = n << 4 | digit;
	}
	*id = (struct id){.known = true, .src = src, .n = n};
	return true;
}

/* "8086:340A" */
static void take_pair(struct slice s, struct id *first, struct id *second)
{
	struct slice a, b;

	if (slice_pair(s, ':', &a, &b) && take_hex(a, first, SRC_UEVENT))
		take_hex(b, second, SRC_UEVENT);
}

/* One read for most of what there is. */
static int read_uevent(const struct tick *t, const char *address, struct ids *ids)
{
	struct value text = get_text(t, SRC_UEVENT, PCI_FOLDER "%s/uevent", address);
	struct slice rest, line, key, value;

	ids->driver = value_error(-ENOENT, SRC_UEVENT);
	if (!value_known(text))
		return text.err;
	rest = slice_of(text.text);
	while (slice_line(&rest, &line)) {
		if (!slice_pair(line, '=', &key, &value))
			continue;
		if (slice_is(key, "DRIVER") && value.len)
			ids->driver = value_text(slice_text(t->a, value), SRC_UEVENT);
		else if (slice_is(key, "PCI_CLASS"))
			take_hex(value, &ids->class, SRC_UEVENT);
		else if (slice_is(key, "PCI_ID"))
			take_pair(value, &ids->vendor, &ids->device);
		else if (slice_is(key, "PCI_SUBSYS_ID"))
			take_pair(value, &ids->sub_vendor, &ids->sub_device);
	}
	return 0;
}

static void read_file(const struct tick *t, const char *address, const char *file, struct id *id)
{
	struct value v;

	if (id->known)
		return;
	v = get_text(t, SRC_FILE, PCI_FOLDER "%s/%s", address, file);
	id->src = SRC_FILE;
	id->err = value_known(v) ? -EINVAL : v.err;
	if (value_known(v))
		take_hex(slice_of(v.text), id, SRC_FILE);
}

/* "pci:v00008086d00007010sv00001AF4sd00001100bc01sc01i80": the digits behind a key that follows the one before. */
static bool take_alias(struct slice *rest, const char *key, size_t digits, struct id *id)
{
	size_t len = strlen(key);
	struct id found;

	if (!slice_starts(*rest, key) || rest->len < len + digits ||
		!take_hex((struct slice){rest->p + len, digits}, &found, SRC_MODALIAS))
		return false;
	rest->p += len + digits;
	rest->len -= len + digits;
	if (!id->known)
		*id = found;
	return true;
}

static void read_modalias(const struct tick *t, const char *address, struct ids *ids)
{
	struct value v = get_text(t, SRC_MODALIAS, PCI_FOLDER "%s/modalias", address);
	struct id base = {0}, sub = {0}, interface = {0};
	struct slice rest;

	if (!value_known(v))
		return;
	rest = slice_of(v.text);
	if (take_alias(&rest, "pci:v", 8, &ids->vendor) && take_alias(&rest, "d", 8, &ids->device) &&
		take_alias(&rest, "sv", 8, &ids->sub_vendor) && take_alias(&rest, "sd", 8, &ids->sub_device) &&
		take_alias(&rest, "bc", 2, &base) && take_alias(&rest, "sc", 2, &sub) &&
		take_alias(&rest, "i", 2, &interface) && !ids->class.known)
		ids->class = (struct id){true, SRC_MODALIAS, base.n << 16 | sub.n << 8 | interface.n, 0};
}

static void read_ids(const struct tick *t, const char *address, struct ids *ids)
{
	read_uevent(t, address, ids);
	read_file(t, address, "vendor", &ids->vendor);
	read_file(t, address, "device", &ids->device);
	read_file(t, address, "class", &ids->class);
	read_file(t, address, "subsystem_vendor", &ids->sub_vendor);
	read_file(t, address, "subsystem_device", &ids->sub_device);
	if (!ids->vendor.known || !ids->device.known || !ids->class.known)
		read_modalias(t, address, ids);
	if (!value_known(ids->driver))
		ids->driver = get_link_name(t, 1, PCI_FOLDER "%s/driver", address);
}

static struct value pair_value(const struct tick *t, const struct id *a, const struct id *b)
{
	const struct id *missing = a->known ? b : a;

	if (a->known && b->known)
		return value_text(arena_printf(t->a, "%04x:%04x", a->n & 0xffff, b->n & 0xffff), a->src);
	return value_error(missing->err ? missing->err : -EINVAL, missing->src);
}

static struct value name_in(const struct tick *t, const char *answer, const char *key, unsigned src)
{
	struct slice s;

	return answer_value(answer, key, &s) ? value_text(slice_text(t->a, s), src) : value_error(-ENOENT, src);
}

static void name_ids(const struct tick *t, const struct ids *ids, struct pci_memo *memo, struct pci_device *row)
{
	bool has_sub = value_known(row->subsystem_ids) && ids->sub_vendor.n;
	struct answer answer;
	const char *path;
	int err;

	row->vendor = row->device = value_error(row->ids.err, 0);
	row->subsystem = value_error(has_sub ? row->ids.err : -ENOENT, 0);
	if (!value_known(row->ids))
		return;
	path = arena_printf(
		t->a, "@pci/names/%s%s%s", row->ids.text, has_sub ? "/" : "", has_sub ? row->subsystem_ids.text : "");
	if (!memo->path || strcmp(memo->path, path) != 0) {
		err = host_read(t->h, path, &answer);
		memo->path = err ? NULL : path;
		memo->vendor = err ? value_error(err, 0) : name_in(t, answer.text, "vendor", 0);
		memo->device = err ? value_error(err, 0) : name_in(t, answer.text, "device", 0);
		memo->subsystem = err ? value_error(err, 0) : name_in(t, answer.text, "subsystem", 0);
		if (!err && memo->subsystem.known == KNOWN_ABSENT)
			memo->subsystem = name_in(t, answer.text, "subsystem_vendor", 0);
	}
	row->vendor = memo->vendor;
	row->device = memo->device;
	if (has_sub)
		row->subsystem = memo->subsystem;
}

static void name_class(const struct tick *t, struct pci_memo *memo, struct pci_device *row)
{
	struct answer answer;
	char path[32];
	int err;

	row->class = value_error(row->class_code.err, 0);
	if (!value_known(row->class_code))
		return;
	if (!memo->class_code || strcmp(memo->class_code, row->class_code.text) != 0) {
		snprintf(path, sizeof(path), "@pci/class/%.4s", row->class_code.text);
		err = host_read(t->h, path, &answer);
		memo->class_code = err ? NULL : row->class_code.text;
		memo->class = err ? value_error(err, 0) : name_in(t, answer.text, "class", 0);
	}
	row->class = memo->class;
}

/* Where it sits: the port above is the address before its own in the path behind its link. */
static struct value port_of(const struct tick *t, const char *address)
{
	char path[64], own[PCI_ADDRESS_SIZE], port[PCI_ADDRESS_SIZE];
	struct answer answer;
	int err;

	snprintf(path, sizeof(path), PCI_FOLDER "%.16s", address);
	err = host_link(t->h, path, &answer);
	if (err == -EINVAL) /* a folder of its own, as in some captures */
		err = -ENOENT;
	if (err)
		return value_error(err, 0);
	pci_address_in(answer.text, own, port);
	return port[0] && strcmp(own, address) == 0 ? value_text(arena_strdup(t->a, port), 0) : value_error(-ENODEV, 0);
}

static void read_group(const struct tick *t, const char *address, struct pci_device *row)
{
	struct value v = get_link_name(t, 0, PCI_FOLDER "%s/iommu_group", address);

	row->iommu_group = value_known(v) ? u64_value(v.text, 0) : v;
	row->iommu_type = value_known(row->iommu_group) ? get_text(t, 0, "/sys/kernel/iommu_groups/%llu/type",
								  (unsigned long long)row->iommu_group.u)
							: value_error(row->iommu_group.err, 0);
}

static int count_irq(const char *name, void *arg)
{
	*(uint64_t *)arg += name[0] >= '0' && name[0] <= '9';
	return 0;
}

/* "RxErr 0\nBadTLP 2\n … TOTAL_ERR_COR 2": the sum comes last. */
static struct value aer_total(const struct tick *t, const char *address, const char *file, const char *key)
{
	struct value v = get_text(t, 0, PCI_FOLDER "%s/%s", address, file);
	struct slice rest, line, word;
	uint64_t n;

	if (!value_known(v))
		return v;
	rest = slice_of(v.text);
	while (slice_line(&rest, &line))
		if (slice_word(&line, &word) && slice_is(word, key) && slice_word(&line, &word) && !parse_u64(word, &n))
			return value_u64(n, 0);
	return value_error(-EINVAL, 0);
}

static void read_aer(const struct tick *t, const char *address, struct pci_device *row)
{
	struct value fatal;

	if (value_known(row->pf) || row->aer_corrected.known == KNOWN_ABSENT) {
		row->aer_corrected = row->aer_uncorrected = value_error(-ENOENT, 0);
		return;
	}
	row->aer_corrected = aer_total(t, address, "aer_dev_correctable", "TOTAL_ERR_COR");
	row->aer_uncorrected = aer_total(t, address, "aer_dev_nonfatal", "TOTAL_ERR_NONFATAL");
	fatal = aer_total(t, address, "aer_dev_fatal", "TOTAL_ERR_FATAL");
	if (value_known(row->aer_uncorrected) && value_known(fatal))
		row->aer_uncorrected.u += fatal.u;
}

static void read_changing(const struct tick *t, const char *address, struct pci_device *row)
{
	uint64_t irqs = 0;
	char path[64];
	int err;

	snprintf(path, sizeof(path), PCI_FOLDER "%.16s/msi_irqs", address);
	err = host_list(t->h, path, count_irq, &irqs);
	row->irqs = err ? value_error(err, 0) : value_u64(irqs, 0);
	row->enabled = get_bool(t, 0, PCI_FOLDER "%s/enable", address);
	row->vfs = row->vfs_most.known == KNOWN_ABSENT ? row->vfs_most
						       : get_u64(t, 0, PCI_FOLDER "%s/sriov_numvfs", address);
	read_aer(t, address, row);
}

static void set_ids(const struct tick *t, const struct ids *ids, struct pci_device *row)
{
	row->ids = pair_value(t, &ids->vendor, &ids->device);
	row->subsystem_ids = pair_value(t, &ids->sub_vendor, &ids->sub_device);
	row->class_code = ids->class.known
				  ? value_text(arena_printf(t->a, "%06x", ids->class.n & 0xffffff), ids->class.src)
				  : value_error(ids->class.err, ids->class.src);
	row->driver = ids->driver;
}

void pci_read_all(const struct tick *t, const char *address, struct pci_memo *memo, struct pci_device *row)
{
	struct ids ids = {0};
	struct id revision = {0};

	*row = (struct pci_device){.address = value_text(arena_strdup(t->a, address), 0)};
	read_ids(t, address, &ids);
	set_ids(t, &ids, row);
	name_ids(t, &ids, memo, row);
	name_class(t, memo, row);
	read_file(t, address, "revision", &revision);
	row->revision = revision.known ? value_text(arena_printf(t->a, "%02x", revision.n & 0xff), 0)
				       : value_error(revision.err, 0);
	row->node = get_i64(t, 0, PCI_FOLDER "%s/numa_node", address);
	if (value_known(row->node) && row->node.i < 0) /* the firmware does not say */
		row->node = value_error(-ENODEV, 0);
	row->cpus = get_list(t, 0, PCI_FOLDER "%s/local_cpulist", address);
	row->port = port_of(t, address);
	row->pf = get_link_name(t, 0, PCI_FOLDER "%s/physfn", address);
	row->vfs_most = get_u64(t, 0, PCI_FOLDER "%s/sriov_totalvfs", address);
	read_group(t, address, row);
	read_changing(t, address, row);
}

/* Another driver moves the device to another kind of IOMMU group: that is read anew with it. */
bool pci_read_slow(const struct tick *t, const char *address, struct pci_device *row)
{
	struct ids ids = {0};
	struct value now;

	if (!read_uevent(t, address, &ids) && ids.vendor.known && ids.device.known) {
		now = pair_value(t, &ids.vendor, &ids.device);
		if (!value_equal(now, row->ids, TYPE_TEXT))
			return false;
	}
	if (!value_known(ids.driver))
		ids.driver = get_link_name(t, 1, PCI_FOLDER "%s/driver", address);
	row->driver = ids.driver;
	read_group(t, address, row);
	read_changing(t, address, row);
	return true;
}
