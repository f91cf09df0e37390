/* The interrupts of each device together: how many come, on which CPUs, and how near to the device. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/interrupts_impl.h"

const struct interrupt_device *interrupt_device(const struct interrupts *in, const char *address)
{
	const struct interrupt_device *rows = in ? in->device.row : NULL;

	for (uint32_t low = 0, high = in && address ? in->device.n : 0; low < high;) {
		uint32_t mid = low + (high - low) / 2;
		int d = pci_address_order(rows[mid].address.text, address);

		if (!d)
			return &rows[mid];
		if (d < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}
