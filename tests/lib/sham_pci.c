/* Builds the card and the port that tests of PCI begin with. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/sham_pci.h"

#include <stdio.h>

void pci_put(struct probing *p, const char *address, const char *file, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), DEVICES "%s/%s", address, file);
	sham_put(p->m, path, "%s\n", text);
}

void pci_link(struct probing *p, const char *address, const char *file, const char *target)
{
	char path[128];

	snprintf(path, sizeof(path), DEVICES "%s%s", address, file);
	sham_link(p->m, path, target);
}

void pci_speeds(struct probing *p, const char *address, const char *speed, const char *width, const char *max_speed,
	const char *max_width)
{
	pci_put(p, address, "current_link_speed", speed);
	pci_put(p, address, "current_link_width", width);
	pci_put(p, address, "max_link_speed", max_speed);
	pci_put(p, address, "max_link_width", max_width);
}

struct probing pci_machine(void)
{
	struct probing p = probing_new(2);

	pci_put(&p, PORT, "uevent", "DRIVER=pcieport\nPCI_CLASS=60400\nPCI_ID=8086:2030\nPCI_SUBSYS_ID=8086:0000");
	pci_link(&p, PORT, "", "../../../devices/pci0000:80/0000:80:01.0");
	pci_speeds(&p, PORT, "8.0 GT/s PCIe", "8", "8.0 GT/s PCIe", "16");
	pci_put(&p, NIC, "uevent", "DRIVER=i40e\nPCI_CLASS=20000\nPCI_ID=8086:1572\nPCI_SUBSYS_ID=8086:0001");
	pci_link(&p, NIC, "", "../../../devices/pci0000:80/0000:80:01.0/0000:81:00.0");
	pci_speeds(&p, NIC, "8.0 GT/s PCIe", "8", "8.0 GT/s PCIe", "8");
	pci_put(&p, NIC, "numa_node", "1");
	pci_put(&p, NIC, "revision", "0x02");
	pci_put(&p, NIC, "local_cpulist", "1");
	pci_put(&p, NIC, "enable", "1");
	pci_put(&p, NIC, "sriov_totalvfs", "64");
	pci_put(&p, NIC, "sriov_numvfs", "0");
	pci_put(&p, NIC, "msi_irqs/70", "msix");
	pci_put(&p, NIC, "msi_irqs/71", "msix");
	pci_put(&p, NIC, "link/l1_aspm", "0");
	pci_put(&p, NIC, "link/clkpm", "0");
	pci_link(&p, NIC, "/iommu_group", "../../../../kernel/iommu_groups/42");
	sham_put(p.m, "/sys/kernel/iommu_groups/42/type", "DMA-FQ\n");
	sham_put(p.m, "/sys/module/pcie_aspm/parameters/policy", "[default] performance powersave powersupersave \n");
	sham_put(p.m, "@pci/names/8086:1572/8086:0001", "vendor=Intel Corporation\ndevice=X710\nsubsystem=X710-DA2\n");
	sham_put(p.m, "@pci/names/8086:2030/8086:0000", "vendor=Intel Corporation\n");
	sham_put(p.m, "@pci/class/0200", "class=Ethernet controller\n");
	sham_put(p.m, "@pci/class/0604", "class=PCI bridge\n");
	return p;
}
