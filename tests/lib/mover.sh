# Lets a simulated machine live while a script looks at it: moves FOLDER CPUS, stands. To be sourced behind tap.sh.
# SPDX-License-Identifier: GPL-2.0-or-later
mover=
tap_cleanup() {
	[[ -z $mover ]] || kill "$mover" 2>/dev/null
}

# It goes on when time passes there.
moves() {
	local before
	before=$(cksum "$1/proc/stat")
	"$HVSCOPE" simulate --moving "$2" "$1" >moving.out 2>&1 &
	mover=$!
	moved() {
		[[ $(cksum "$folder/proc/stat") != "$before" ]]
	}
	folder=$1 until_true 20 moved || fail 'the machine moves'
}

stands() {
	kill "$mover"
	wait "$mover" 2>/dev/null
	mover=
}
