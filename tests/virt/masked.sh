#!/usr/bin/env bash
# An anonymous capture of real guests: QEMU, libvirt and the kernel name them in their own ways, and none of it is left.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/virt.sh"
command -v python3 >/dev/null || skip_all "python3 is not installed"

virt_start
# A disk with a serial number, a card, an agent's socket, a title, all of the shop; and a guest called "1".
virt_xml_zwiebel-web7() {
	local domain_elements="  <title>Front of Zwiebel</title>
  <description>Ask Gundula</description>
  <iothreads>1</iothreads>
"
	{
		echo "    <disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='$virt/images/zwiebel-web7.img'/>" \
			"<target dev='vda' bus='virtio'/><serial>WDZ70815</serial></disk>"
		virt_card 7 virtio
		echo "    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"
		echo "    <graphics type='vnc' passwd='geheim7'><listen type='socket'/></graphics>"
	} | virt_domain zwiebel-web7 7 q35 2
}
virt_xml_1() {
	virt_old_devices 1 8 | virt_domain 1 8 pc 1
}
define zwiebel-web7 1
boot zwiebel-web7 1
# What names them, by virsh and by the command lines that are QEMU's
names() {
	printf '%s\n' zwiebel Zwiebel Gundula WDZ70815 geheim7 "$virt" "${virt#/*/}" "$(virt_uuid_of 7)" "$(virt_uuid_of 8)"
	uname -n | grep '[0-9]' # else it may be a word of the kernel's
	virsh dumpxml zwiebel-web7 | grep -oE "52:54:00:[0-9a-f:]+|/[^'<]*(zwiebel|domain-)[^'<]*"
	virsh domiflist 1 | grep -oE '52:54:00:[0-9a-f:]+'
}
names | sort -u >"$tmp/names"
is 'there are names' "$(($(wc -l <"$tmp/names") > 11))" 1

ends 'an anonymous capture' 0 timeout 60 "$HVSCOPE" --connect "$VIRT_URI" --interval 0.5 capture "$tmp/a.host" --seconds 2 --anonymous
ends 'and one that is not' 0 timeout 60 "$HVSCOPE" --connect "$VIRT_URI" --interval 0.5 capture "$tmp/b.host" --seconds 2
is 'no name is left in it' "$(grep -nFwf "$tmp/names" "$tmp/a.host" | cut -c 1-200 | head)" ''
is 'while the other has them all' "$(for name in zwiebel-web7 Gundula WDZ70815 "$(virt_uuid_of 7)" "$(uname -n)"; do
	grep -qFw -- "$name" "$tmp/b.host" || echo "$name"
done)" ''
report() {
	timeout 30 "$HVSCOPE" --open "$1" report --json --only kernel,guests,threads,placement
}
report "$tmp/a.host" >"$tmp/a.json"
report "$tmp/b.host" >"$tmp/b.json"
fact() {
	"$HVSCOPE_BUILD/helper/json" facts "$@" <"$tmp/${file:-a}.json" | tr '\n' ' '
}
is 'its host and guests are others' "$(fact kernel hostname)$(fact guests guest '*' name)" 'host1 guest1 guest2 '
is 'a title too' "$(fact guests guest 1 title)" 'title1 '
for what in 'guests guest * vcpus' 'guests guest * state' 'guests guest * machine' 'guests guest 1 disk 0 bus' \
	'guests guest 1 interface * model' 'placement guest * joined' 'threads guest * pid' 'threads guest 0 thread * name'; do
	read -ra path <<<"$what"
	is "$what are the same" "$(fact "${path[@]}")" "$(file=b fact "${path[@]}")"
	unlike 'and there are some' "$(fact "${path[@]}")" '^ *$|^null $'
done
is 'each is joined with its process' "$(fact placement guest '*' joined)" 'true true '
done_testing
