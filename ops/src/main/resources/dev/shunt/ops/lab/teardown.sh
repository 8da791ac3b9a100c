# Ends one lab: its processes, namespaces, pinned BPF objects and files.
# usage: bash -c "$(cat teardown.sh)" shunt-lab-reaper LAB OWNER
# It waits for the end of standard input first, so that it can stand guard over a process: the kernel
# closes the pipe however that process ends. It does nothing when the lab has another owner by then.
set -u
lab=$1
owner=$2
root=/run/shunt-lab
dir=$root/$lab

cat > /dev/null

exec 9> "$root/.lock" || exit 1
flock 9
[ -d "$dir" ] || exit 0
[ "$(cat "$dir/owner" 2> /dev/null)" = "$owner" ] || exit 0

namespaces=$(cat "$dir/namespaces" 2> /dev/null)

# Everything a lab starts runs in its namespaces, so this finds all of it, also what others started there.
for round in $(seq 100); do
  alive=
  for namespace in $namespaces; do
    [ -e "/run/netns/$namespace" ] && alive="$alive $(ip netns pids "$namespace" 2> /dev/null)"
  done
  [ -z "${alive// /}" ] && break
  kill -9 $alive 2> /dev/null
  sleep 0.05
done

for namespace in $namespaces; do
  [ -e "/run/netns/$namespace" ] && ip netns del "$namespace"
done
rm -rf "/sys/fs/bpf/shunt/$lab"
# Limits of processors; a group goes when the last of its processes is gone.
for group in /sys/fs/cgroup/{,cpu/,cpu\,cpuacct/}shunt-"$lab"-*; do
  [ -d "$group" ] && rmdir "$group"
done
rm -rf "$dir"
