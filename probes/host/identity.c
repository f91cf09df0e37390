/* Asks CPUID of this CPU only: names by libcpuid, raw leaves by our own reading. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/identity.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "probes/host/answer.h"

#if defined(HAVE_LIBCPUID) && (defined(__x86_64__) || defined(__i386__))
#include <cpuid.h>
#include <libcpuid/libcpuid.h>

/* The highest leaf a CPU can claim per range: a hypervisor may answer nonsense, and nobody reads thousands. */
enum { LEAVES_MOST = 0x40, SUBS_MOST = 32 };

struct leaf {
	uint32_t eax, ebx, ecx, edx;
};

struct out {
	char *buf;
	size_t size, len;
};

static void __attribute__((format(printf, 2, 3))) put(struct out *o, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	int n = vsnprintf(
		o->len < o->size ? o->buf + o->len : NULL, o->len < o->size ? o->size - o->len : 0, format, ap);
	va_end(ap);
	o->len += (size_t)n;
}

static struct leaf leaf_of(uint32_t leaf, uint32_t sub)
{
	struct leaf l;

	__cpuid_count(leaf, sub, l.eax, l.ebx, l.ecx, l.edx);
	return l;
}

static uint32_t highest_of(uint32_t range)
{
	uint32_t highest = leaf_of(range, 0).eax;

	if (highest < range || highest > range + 0xffff)
		return range;
	return highest < range + LEAVES_MOST ? highest : range + LEAVES_MOST;
}

/* Whether sub-leaf `sub`, which said l, is followed by another; `first` is what sub-leaf 0 said. */
static bool has_more(uint32_t leaf, uint32_t sub, struct leaf l, struct leaf first)
{
	if (sub + 1 >= SUBS_MOST)
		return false;
	switch (leaf) {
	case 0x4: /* caches end with type 0 */
	case 0x8000001d:
		return l.eax & 0x1f;
	case 0xb: /* levels of topology end with type 0 */
	case 0x1f:
	case 0x80000026:
		return l.ecx & 0xff00;
	case 0x7: /* sub-leaf 0 says how many there are */
	case 0x14:
	case 0x17:
	case 0x18:
	case 0x1d:
		return sub < first.eax;
	case 0xd:
	case 0xf:
	case 0x10:
	case 0x12:
		return sub < 1;
	default:
		return false;
	}
}

static void put_leaves(struct out *o, uint32_t range)
{
	uint32_t highest = highest_of(range);

	for (uint32_t leaf = range; leaf <= highest; leaf++) {
		struct leaf l, first = leaf_of(leaf, 0);
		uint32_t sub = 0;
		do {
			l = leaf_of(leaf, sub);
			put(o, "%08x.%02x=%08x %08x %08x %08x\n", leaf, sub, l.eax, l.ebx, l.ecx, l.edx);
		} while (has_more(leaf, sub++, l, first));
	}
}

static void put_text(struct out *o, const char *key, const char *text, size_t most)
{
	char shown[128];

	copy_printable(shown, sizeof(shown), text, strnlen(text, most));
	put(o, "%s=%s\n", key, shown);
}

static void silent(const char *message)
{
	(void)message;
}

/* A CPU that libcpuid does not know still has its raw leaves. */
static void put_names(struct out *o)
{
	struct cpu_raw_data_t raw;
	struct cpu_id_t id;

	cpuid_set_warn_function(silent);
	/* The forms for "all" CPUs would move this thread to each of them in turn. */
	if (cpuid_get_raw_data(&raw) < 0 || cpu_identify(&raw, &id) < 0)
		return;
	put_text(o, "vendor", id.vendor_str, sizeof(id.vendor_str));
	put_text(o, "brand", id.brand_str, sizeof(id.brand_str));
	put_text(o, "codename", id.cpu_codename, sizeof(id.cpu_codename));
#ifdef TECHNOLOGY_STR_MAX /* newer libraries only */
	put_text(o, "technology", id.technology_node, sizeof(id.technology_node));
#endif
	put(o, "family=%d\nmodel=%d\nstepping=%d\n", id.ext_family, id.ext_model, id.stepping);
}

int identity_text(char *buf, size_t size, char why[200])
{
	struct out o = {.buf = buf, .size = size};

	why[0] = '\0';
	put_names(&o);
	if (highest_of(0) >= 0x16 && (leaf_of(0x16, 0).eax & 0xffff))
		put(&o, "base_mhz=%u\n", leaf_of(0x16, 0).eax & 0xffff);
	put_leaves(&o, 0);
	if (leaf_of(1, 0).ecx >> 31 & 1) /* set by hypervisors only, as the range behind it is */
		put_leaves(&o, 0x40000000);
	put_leaves(&o, 0x80000000);
	return (int)o.len;
}

const char *identity_library(void)
{
	return cpuid_lib_version();
}

#else

const char *identity_library(void)
{
	return "not built in";
}

int identity_text(char *buf, size_t size, char why[200])
{
	(void)buf;
	(void)size;
	snprintf(why, WHY_SIZE, "This hvscope was built without libcpuid, or for a processor that has no CPUID.");
	return -EOPNOTSUPP;
}

#endif
