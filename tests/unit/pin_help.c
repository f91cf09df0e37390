/* Tests paths of pins, what is typed by hand for them, and what is said to help when libvirt refuses one. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>

#include "probes/arena.h"
#include "probes/pin_hand.h"
#include "probes/pin_path.h"
#include "probes/util.h"

#define UUID "11111111-2222-3333-4444-555555555555"

static const struct {
	const char *words;
	int err;
	const char *helps; /* NULL: nothing is known */
} refusals[] = {
	{"Unable to write to '/sys/fs/cgroup/cpuset/machine.slice/x.scope/vcpu0/cpuset.cpus': Permission denied",
		-EACCES, "machine.slice (cgroup v1)"},
	{"Unable to write to '/sys/fs/cgroup/x/cpuset.cpus': Numerical result out of range", -ERANGE, "do not exist"},
	{"Unable to write to '/sys/fs/cgroup/x/cpuset.cpus': Invalid argument", -EINVAL, "cpuset partitions"},
	{"cannot set CPU affinity on process 4711: Invalid argument", -EINVAL, "online and allowed"},
	{"cannot set CPU affinity on process 4711: Operation not permitted", -EPERM, "CAP_SYS_NICE"},
	{"invalid argument: vcpu 9 is out of range of live cpu count 4", -EINVAL, "does not have that many vCPUs"},
	{"Requested operation is not valid: cpu affinity is not supported", -EINVAL, "in one thread"},
	{"Requested operation is not valid: domain is not running", -EINVAL, "--config"},
	{"Requested operation is not valid: transient domains do not have any persistent config", -EINVAL,
		"--live alone"},
	{"Timed out during operation: cannot acquire state change lock (held by monitor=x)", -ETIMEDOUT,
		"domjobinfo tells"},
	{"operation virDomainPinVcpuFlags forbidden for read only access", -EACCES, "group libvirt"},
	{"authentication unavailable: no polkit agent available", -EACCES, "polkit"},
	{"no answer within 5 s", -ETIMEDOUT, "hangs"},
	{"Failed to connect socket", -ENOTCONN, "systemctl status"},
	{"guests of another host are only shown", -EPERM, NULL},
	{"something new", -EIO, NULL},
	{NULL, -EIO, NULL},
	{NULL, -ENOENT, "look at the guests again"},
};

static void each_refusal_of_libvirt_has_its_help(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(refusals); i++) {
		const char *help = pin_help(refusals[i].err, refusals[i].words);

		if (!refusals[i].helps)
			assert_string_equal(help, "");
		else if (!strstr(help, refusals[i].helps) || strncmp(help, "; ", 2))
			fail_msg("%s: %s", refusals[i].words, help);
	}
}

static void paths_are_taken_apart_and_made(void **state)
{
	static const struct {
		const char *path, *name, *element, *virsh;
	} good[] = {
		{"@virt/" UUID "/live/vcpu/12", "live vcpu 12", "vcpupin vcpu='12'", "vcpupin " UUID " 12"},
		{"@virt/" UUID "/config/emulator", "config emulator", "emulatorpin", "emulatorpin " UUID},
		{"@virt/" UUID "/live/iothread/1", "live iothread 1", "iothreadpin iothread='1'",
			"iothreadpin " UUID " 1"},
	};
	static const char *const bad[] = {"", "@virt/", "@virt/guests", "@virt/" UUID "/live/xml",
		"@virt/" UUID "/live/vcpu", "@virt/" UUID "/live/vcpu/", "@virt/" UUID "/live/vcpu/x",
		"@virt/" UUID "/live/vcpu/1/2", "@virt/" UUID "/live/vcpu/ 1", "@virt/" UUID "/live/vcpu/99999",
		"@virt/" UUID "/both/vcpu/1", "@virt/../../../../etc/11111111-2222-3333/live/vcpu/1",
		"@virt/" UUID "0/live/vcpu/1", "/sys/kernel/mm/ksm/run"};
	struct arena *a = arena_new(0);
	struct pin_path p;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		assert_true(pin_path_parse(good[i].path, &p));
		assert_string_equal(pin_path_text(a, &p), good[i].path);
		assert_string_equal(pin_path_name(a, &p), good[i].name);
		assert_string_equal(pin_path_element(a, &p), good[i].element);
		assert_string_equal(pin_path_virsh(a, &p), good[i].virsh);
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		if (pin_path_parse(bad[i], &p))
			fail_msg("%s is a path of a pin", bad[i]);
	arena_free(a);
}

/* As an undo has them: the definition first. */
static void scopes_in_any_order_are_one_command(void **state)
{
	const struct step steps[] = {
		{.path = "@virt/" UUID "/config/vcpu/1", .now = "4\n"},
		{.path = "@virt/" UUID "/config/vcpu/0", .now = "-\n"},
		{.path = "@virt/" UUID "/live/vcpu/1", .now = "4\n"},
		{.path = "@virt/" UUID "/live/vcpu/0", .now = "0-7\n"},
	};
	const struct step file = {.path = "/sys/kernel/mm/ksm/run", .now = "1\n"};
	struct arena *a = arena_new(0);

	(void)state;
	assert_string_equal(pin_hand(a, steps, 4, NULL),
		"virsh vcpupin " UUID " 1 4 --live --config && virsh vcpupin " UUID " 0 0-7 --live && virsh edit " UUID
		" # in <cputune> delete <vcpupin vcpu='0' …/>");
	assert_null(pin_hand(a, &file, 1, NULL));
	assert_null(pin_hand(a, NULL, 0, NULL));
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_refusal_of_libvirt_has_its_help),
		cmocka_unit_test(paths_are_taken_apart_and_made),
		cmocka_unit_test(scopes_in_any_order_are_one_command),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
